import FedowProtocol
import GRDB
import Model
import Rules
import TestKit
import Testing

@testable import Ledger

@Suite("The history of a wallet")
struct WalletHistoryTests {
  private static let tags = [LedgerFixture.tag, LedgerFixture.otherTag]

  /// An evening of two cards in two assets, a minute between any two postings; the second card is then linked to a
  /// person, and both go on.
  private func evening(_ ledger: LedgerFixture, seed: UInt64) async throws -> EntityID {
    var random = SeededGenerator(seed: seed)
    var person: EntityID?
    for number in 0..<80 {
      ledger.time.withLock { $0 = $0.adding(seconds: 60) }
      if number == 40 { person = try await ledger.link(LedgerFixture.otherTag) }
      let tag = Self.tags[Int.random(in: 0...1, using: &random)]
      let asset = Bool.random(using: &random) ? ledger.euro : ledger.gift
      let wallet = try await ledger.wallet(tag)
      let isRefill = number < 4 || Int.random(in: 0..<3, using: &random) == 0
      let amount = Int64.random(in: 0...30, using: &random)
      let body = ledger.body(
        amount, from: isRefill ? ledger.place.wallet : wallet, to: isRefill ? wallet : ledger.place.wallet, tag: tag,
        asset: asset)
      // Too little on this balance is a part of any evening.
      _ = try? await ledger.service.submit(PostTransaction(place: ledger.place.uuid, body: body))
    }
    return try #require(person)
  }

  private func entries(
    _ ledger: LedgerFixture, _ wallet: EntityID, _ request: HistoryRequest = HistoryRequest(limit: 1000),
    reader: Books.Place? = nil
  ) async throws -> (entries: [JSON], next: Int64?) {
    let page = try JSON.parse(
      try await ledger.store.read { try $0.history(of: wallet, request: request, reader: reader).body })
    return (page["entries"]?.elements ?? [], page["next"]?.int64)
  }

  /// What the transactions say, counted from the first on: sequence, amount and balance, newest first.
  private func naive(_ ledger: LedgerFixture, _ wallets: Set<EntityID>) async throws -> [[Int64]] {
    let primary = try await ledger.store.read { try $0.primaryWallet() }
    return try await ledger.store.read { books in
      var balances: [EntityID: Int64] = [:]
      var lines: [[Int64]] = []
      try books.eachTransaction(after: 0) { posted in
        let entry = posted.entry
        guard wallets.contains(entry.sender) || wallets.contains(entry.receiver) else { return }
        let terms = try #require(try books.asset(entry.asset)).terms
        let moved = try PostingRules.movements(
          of: Posting(
            action: entry.action, sender: entry.sender, receiver: entry.receiver, terms: terms,
            amount: Amount(minorUnits: entry.amount)), correctionTakesFromSender: entry.receiver == primary
        ).filter { wallets.contains($0.wallet) }.reduce(0) { $0 + $1.delta }
        balances[entry.asset, default: 0] += moved
        lines.append([posted.sequence, moved, balances[entry.asset] ?? 0])
      }
      return lines.reversed()
    }
  }

  private func numbers(_ entries: [JSON]) -> [[Int64]] {
    entries.map { [$0["sequence"]?.int64 ?? 0, $0["amount"]?.int64 ?? 0, $0["balance"]?.int64 ?? 0] }
  }

  @Test(
    "is what the transactions say, page by page, over a fusion, for people and for the place",
    arguments: 1...3 as ClosedRange<UInt64>)
  func pages(seed: UInt64) async throws {
    let ledger = try await LedgerFixture()
    let person = try await ledger.running { _ in try await evening(ledger, seed: seed) }
    let joined = try await ledger.store.read { try $0.wallets(joinedTo: person) }
    #expect(joined.count == 2)
    let anonymous = try #require(try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.wallet })
    for wallets in [joined, [anonymous], [ledger.place.wallet]] {
      let wallet = wallets.contains(person) ? person : try #require(wallets.first)
      let expected = try await naive(ledger, wallets)
      #expect(expected.count > 10)
      for limit in [1, 7, 1000] {
        var (page, before): ([JSON], Int64?) = ([], nil)
        repeat {
          let next = try await entries(ledger, wallet, HistoryRequest(limit: limit, before: before))
          (page, before) = (page + next.entries, next.next)
        } while before != nil
        #expect(numbers(page) == expected)
      }
    }
    // The card that was linked is named where it was used, before and after.
    let number = try await ledger.store.read { try $0.card(tag: LedgerFixture.otherTag)?.numberPrinted }
    let mine = try await entries(ledger, person).entries
    #expect(mine.allSatisfy { $0["card"]?.text == number })
    #expect(mine.allSatisfy { $0["action"]?.text == "FUS" || $0["place"]?.text == "Bar du Port" })
  }

  @Test("begins and ends at any instant, however many transactions of others lie between")
  func times() async throws {
    let ledger = try await LedgerFixture()
    let person = try await ledger.running { _ in try await evening(ledger, seed: 4) }
    let all = try await entries(ledger, person).entries
    let instants = all.compactMap { $0["datetime"]?.text.flatMap { LedgerTime.parse($0) } }
    for (from, to) in [(30, 10), (50, 0), (12, 12), (all.count - 1, 3)] where from < all.count {
      let (begin, end) = (instants[from], instants[to])
      let expected = all.filter { entry in
        let time = entry["datetime"]?.text.flatMap { LedgerTime.parse($0) } ?? begin
        return time >= begin && time < end
      }
      #expect(try await entries(ledger, person, HistoryRequest(limit: 1000, from: begin, to: end)).entries == expected)
    }
    let late = try #require(instants.first).adding(seconds: 1)
    #expect(try await entries(ledger, person, HistoryRequest(limit: 1000, to: late)).entries == all)
    #expect(try await entries(ledger, person, HistoryRequest(from: late)).entries == [])
  }

  @Test("a place sees its own and what it shares in a federation, and of another place's wallet only its own dealings")
  func readers() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    let cafe = try await administration.createPlace(name: "Cafe").place
    let stranger = try await administration.createPlace(name: "Stranger").place
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await ledger.refill(LedgerFixture.tag, 50, asset: ledger.gift)
      _ = try await service.submit(try await ledger.sale(100))
    }
    let wallet = try #require(try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.wallet })
    let seen = { (place: Books.Place?, wallet: EntityID) in
      try await entries(ledger, wallet, reader: place).entries.compactMap { $0["action"]?.text }
    }
    #expect(try await seen(nil, wallet) == ["SAL", "REF", "REF"])
    #expect(try await seen(ledger.place, wallet) == ["SAL", "REF", "REF"])
    #expect(try await seen(cafe, wallet) == [])
    _ = try await administration.createFederation(
      name: "Quay", places: ["Bar du Port", "Cafe"], assets: ["Euro du Bar"])
    #expect(try await seen(cafe, wallet) == ["SAL", "REF"])
    #expect(try await seen(cafe, ledger.place.wallet) == [])
    #expect(try await seen(stranger, wallet) == [])
  }

  @Test("a tap and its void carry the tap's id and its device; what only claims to be one does not")
  func taps() async throws {
    let ledger = try await LedgerFixture()
    let (device, id) = (EntityID.random(), EntityID.random())
    try await ledger.store.write { [place = ledger.place.uuid] books in
      try books.insertKey(.generate(), purpose: .place, place: place, device: device, name: "Bar, left", at: .now())
    }
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let debit = try DebitRequest([
        "id": JSON(id.text), "card": JSON(LedgerFixture.tag),
        "parts": [["asset": JSON(ledger.euro.uuid.text), "amount": 5]],
      ])
      _ = try await service.submit(PostDebit(place: ledger.place.uuid, device: device, debit: debit))
      _ = try await service.submit(
        VoidDebit(place: ledger.place.uuid, device: device, debit: id, body: ["id": JSON(EntityID.random().text)]))
      _ = try await service.submit(try await ledger.sale(1, metadata: ["debit_id": JSON(id.text)]))
    }
    let wallet = try #require(try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.wallet })
    let all = try await entries(ledger, wallet).entries
    #expect(all.map { $0["debit"]?.text } == [nil, id.text, id.text, nil])
    #expect(all.map { $0["device"]?.text } == [nil, "Bar, left", "Bar, left", nil])
  }

  @Test("where a page begins is found nearby or from the end of the list, and is the same")
  func beginnings() async throws {
    let ledger = try await LedgerFixture()
    let person = try await ledger.running { _ in try await evening(ledger, seed: 5) }
    try await ledger.store.read { [place = ledger.place.wallet] books in
      let last = try books.lastSequence()
      for wallet in [person, place] {
        for token in try books.tokens(in: wallet) {
          var older: Int64?
          for bound in 1...(last + 1) {
            let near = try books.historyNode(of: token, in: wallet, before: bound)
            let walked = try books.historyNode(of: token, in: wallet, before: bound, nearby: 0)
            #expect(near?.sequence == walked?.sequence)
            // It is the one before this number itself, when that is of the list.
            if let found = walked?.sequence, found != older {
              #expect(found == bound - 1)
              #expect(walked?.before == older)
              older = found
            }
          }
          #expect(older == token.lastSequence)
        }
      }
    }
  }

  @Test("no step of a page reads a table from end to end")
  func plans() async throws {
    let ledger = try await LedgerFixture()
    let wallet = try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      return try await ledger.wallet(LedgerFixture.tag)
    }
    try await ledger.store.read { books in
      var statements: Set<String> = []
      books.database.trace { if case .statement(let statement) = $0 { statements.insert(statement.sql) } }
      let late = LedgerTime(microseconds: .max / 2)
      for request in [HistoryRequest(), HistoryRequest(before: 2, to: late)] {
        _ = try books.history(of: wallet, request: request, reader: ledger.place)
      }
      books.database.trace(nil)
      let plans = try statements.filter { $0.hasPrefix("SELECT") }.flatMap { sql in
        try Row.fetchAll(
          books.database, sql: "EXPLAIN QUERY PLAN " + sql,
          arguments: StatementArguments(Array(repeating: 1, count: sql.count { $0 == "?" }))
        ).map { (sql, $0["detail"] as String) }
      }
      #expect(plans.count > 5)
      for (sql, detail) in plans where detail.hasPrefix("SCAN") {
        // The bounded look at what is nearby, and what it found.
        #expect(sql.contains("LIMIT ?") && detail.contains("subquery"), "\(detail): \(sql)")
      }
    }
  }
}
