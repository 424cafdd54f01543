import FedowProtocol
import Foundation
import GRDB
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("The hotlist")
struct HotlistTests {
  private let now = LedgerTime(microseconds: 1_790_000_000_000_000)

  private func list(_ ledger: LedgerFixture, since: Int64, wait: Duration = .zero) async throws -> JSON {
    let now = now
    return try JSON.parse(
      try await LedgerQueries(store: ledger.store).hotlist(since: since, wait: wait, now: { now }).body)
  }

  private func block(_ tag: String, _ isBlocked: Bool, in ledger: LedgerFixture) async throws {
    try await ledger.store.write { books in
      guard let card = try books.card(tag: tag) else { throw Refusal(.cardUnknown) }
      try isBlocked ? books.block(card: card.uuid) : books.unblock(card: card.uuid)
    }
  }

  private func states(_ list: JSON) -> [String?] {
    (list["entries"]?.elements ?? []).map { entry in
      entry["tag"]?.text.flatMap { "\($0) \(entry["state"]?.text ?? "")" }
    }
  }

  @Test("what blocks or frees a card is listed with a version that only grows; from 0 only what is not usable is told")
  func versions() async throws {
    let ledger = try await LedgerFixture()
    let empty = try #require(try await list(ledger, since: 0)["version"]?.int64)
    try await block(LedgerFixture.tag, true, in: ledger)
    try await block(LedgerFixture.otherTag, true, in: ledger)
    let both = try await list(ledger, since: 0)
    #expect(states(both) == ["68B87420 blocked", "55B1B557 blocked"])
    try await block(LedgerFixture.otherTag, true, in: ledger)
    #expect(try await list(ledger, since: 0)["version"] == both["version"])
    try await block(LedgerFixture.otherTag, false, in: ledger)
    let after = try await list(ledger, since: try #require(both["version"]?.int64))
    #expect(states(after) == ["55B1B557 usable"])
    #expect(states(try await list(ledger, since: 0)) == ["68B87420 blocked"])
    // Who has heard the list while it was empty may hold the card for what is settled since.
    #expect(states(try await list(ledger, since: empty)) == ["68B87420 blocked", "55B1B557 usable"])
    #expect(try #require(after["version"]?.int64) > #require(both["version"]?.int64))
  }

  @Test("who waits is woken by the commit, of this process or of another; who goes away waits no more")
  func longPoll() async throws {
    let ledger = try await LedgerFixture()
    let empty = try await ledger.store.read { try $0.hotlistVersion() }
    async let first = list(ledger, since: empty, wait: .seconds(30))
    let patience = Patience()
    while ledger.store.hotlist.waiting == 0 { try await patience.spend() }
    try await block(LedgerFixture.tag, true, in: ledger)
    #expect(states(try await first) == ["68B87420 blocked"])

    #expect(ledger.store.hotlist.changes == 1, "the commit has woken it, not the next look")
    let version = try await ledger.store.read { try $0.hotlistVersion() }
    async let second = list(ledger, since: version, wait: .seconds(30))
    while ledger.store.hotlist.waiting == 0 { try await patience.spend() }
    let other = try LedgerStore(path: ledger.directory.appending(path: "ledger.sqlite").path)
    try await other.write { books in
      guard let card = try books.card(tag: LedgerFixture.tag) else { throw Refusal(.cardUnknown) }
      try books.unblock(card: card.uuid)
    }
    #expect(states(try await second) == ["68B87420 usable"])

    let gone = Task { try await list(ledger, since: version + 1, wait: .seconds(30)) }
    while ledger.store.hotlist.waiting == 0 { try await patience.spend() }
    gone.cancel()
    _ = try? await gone.value
    #expect(ledger.store.hotlist.waiting == 0)
  }

  @Test("more than may wait are answered at once")
  func bounded() async throws {
    let board = HotlistBoard(capacity: 1)
    let waiter = Task { await board.wait(after: 0) }
    let patience = Patience()
    while board.waiting == 0 { try await patience.spend() }
    await board.wait(after: 0)
    #expect(board.waiting == 1)
    board.noteChange()
    await waiter.value
    await board.wait(after: 0)
    #expect(board.waiting == 0)
  }

  @Test("a card that its owner reports lost is listed")
  func lost() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.wallet(LedgerFixture.tag)
      let owner = try await ledger.link(LedgerFixture.tag)
      let number = try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.numberPrinted }
      _ = try await service.submit(LoseCard(signer: owner, body: ["number_printed": JSON(number)]))
    }
    #expect(states(try await list(ledger, since: 0)) == ["68B87420 blocked"])
  }
}
