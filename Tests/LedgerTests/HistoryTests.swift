import FedowProtocol
import GRDB
import Model
import Rules
import TestKit
import Testing

@testable import Ledger

@Suite("History and repetition, after random evenings")
struct HistoryTests {
  private static let tags = [LedgerFixture.tag, LedgerFixture.otherTag]

  /// An evening of sales and refills by two cards in two assets, and what each request was answered.
  private func evening(
    _ ledger: LedgerFixture, seed: UInt64, count: Int
  ) async throws -> [(command: PostTransaction, replay: ReplayGuard, answer: Answer)] {
    var random = SeededGenerator(seed: seed)
    var answered: [(PostTransaction, ReplayGuard, Answer)] = []
    for number in 0..<count {
      let tag = Self.tags[Int.random(in: 0...1, using: &random)]
      let asset = Bool.random(using: &random) ? ledger.euro : ledger.gift
      let wallet = try await ledger.wallet(tag)
      let isRefill = number < 4 || Int.random(in: 0..<4, using: &random) == 0
      let amount = Int64.random(in: 0...20, using: &random) + (isRefill ? 100 : 0)
      let body = ledger.body(
        amount, from: isRefill ? ledger.place.wallet : wallet, to: isRefill ? wallet : ledger.place.wallet, tag: tag,
        asset: asset)
      let command = PostTransaction(place: ledger.place.uuid, body: body)
      let replay = ReplayGuard(place: ledger.place.uuid, key: "\(number)", content: "content \(number)")
      do {
        answered.append((command, replay, try await ledger.service.submit(command, guarded: replay)))
      } catch is Rejection {
        // Too little on this balance: a part of any evening.
      }
    }
    return answered
  }

  @Test(
    "each request again gets its first answer to the byte, however much came after",
    arguments: 1...4 as ClosedRange<UInt64>)
  func replays(seed: UInt64) async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      let evening = try await evening(ledger, seed: seed, count: 60)
      #expect(evening.count > 30)
      for round in 0..<3 {
        for request in evening {
          let again = try await service.submit(request.command, guarded: request.replay)
          #expect(again == request.answer)
        }
        // Next from the pages, then with nothing remembered.
        if round == 0 { try await ledger.store.write { try $0.pageReplies(atLeast: 1) } }
        if round == 1 { ledger.store.memory.undo() }
      }
      #expect(try await ledger.store.read { try $0.lastPagedReply() } == Int64(evening.count))
    }
    #expect(try await ledger.verdict().isSound)
  }

  @Test(
    "a wallet's history and its balances at any time are what its transactions say",
    arguments: 1...4 as ClosedRange<UInt64>)
  func histories(seed: UInt64) async throws {
    let ledger = try await LedgerFixture()
    let (mine, other) =
      (try await ledger.running { _ in
        _ = try await evening(ledger, seed: seed, count: 60)
        return (try await ledger.wallet(LedgerFixture.tag), try await ledger.wallet(LedgerFixture.otherTag))
      })
    let euro = ledger.euro
    try await ledger.store.write { books in
      let balance = try books.balance(of: euro.uuid, in: other) ?? 0
      let fusion = Posting(
        action: .fusion, sender: other, receiver: mine, terms: euro.terms, amount: Amount(minorUnits: balance))
      try LedgerWriter(books: books, now: .now(), newID: { .random() }).post(fusion)
    }
    try await ledger.store.read { books in
      let all = try books.rows(Books.transactionColumns + " ORDER BY sequence DESC").map { try books.posted($0) }
      let parties: Set = [mine, other]
      let expected = all.filter { parties.contains($0.entry.sender) || parties.contains($0.entry.receiver) }
      let (count, page) = try books.transactions(of: mine, offset: 5, limit: 20)
      #expect(count == Int64(expected.count))
      #expect(page == Array(expected.dropFirst(5).prefix(20)))
      for moment in all.map(\.sequence) {
        var balances: [EntityID: Int64] = [:]
        for posted in all.reversed() where posted.sequence <= moment {
          if posted.entry.sender == mine { balances[posted.entry.asset, default: 0] -= posted.entry.amount }
          if posted.entry.receiver == mine { balances[posted.entry.asset, default: 0] += posted.entry.amount }
        }
        let then = try books.tokens(in: mine, asOf: moment)
        #expect(Dictionary(uniqueKeysWithValues: then.map { ($0.asset, $0.balance) }) == balances)
      }
    }
  }

  @Test("a transaction is found by its hash, on a full page and after the last")
  func hashes() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 5000)
      let sale = try await ledger.sale(1)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<(Books.hashesInPage + 10) { group.addTask { _ = try await service.submit(sale) } }
        try await group.waitForAll()
      }
    }
    try await ledger.store.read { books in
      #expect(try books.row("SELECT count(*) FROM hash_pages")?[0] == 1)
      for sequence in [1, 500, Books.hashesInPage, Books.hashesInPage + 1, try books.lastSequence()] {
        let posted = try #require(try books.transaction(sequence: sequence))
        #expect(try books.transaction(hash: posted.hash) == posted)
      }
      #expect(try books.transaction(hash: String(repeating: "0", count: 64)) == nil)
    }
  }

  @Test("a ledger of the first schema becomes what it would have been had it begun with this one")
  func migration() async throws {
    let ledger = try await LedgerFixture()
    _ = try await ledger.running { _ in try await evening(ledger, seed: 7, count: 40) }
    let old = ledger.directory.appending(path: "old.sqlite").path
    let columns = """
      sequence, uuid, hash, asset, asset_sequence, previous_uuid, previous_hash, action, sender, receiver, amount,
      datetime, last_check, card, primary_card, comment, metadata, checkout_stripe, subscription_type,
      subscription_first, subscription_start
      """
    do {
      let queue = try DatabaseQueue(path: old)
      try LedgerStore.migrator.migrate(queue, upTo: "1 replies")
      _ = try await ledger.store.pool.writeWithoutTransaction { try $0.checkpoint() }
      try await queue.writeWithoutTransaction { [path = ledger.store.pool.path] db in
        try db.execute(sql: "PRAGMA foreign_keys = OFF; ATTACH ? AS new", arguments: [path])
        for table in ["settings", "wallets", "places", "cards", "primary_cards", "assets"] {
          let names = try db.columns(in: table).map(\.name).joined(separator: ", ")
          try db.execute(sql: "INSERT INTO main.\(table) (\(names)) SELECT \(names) FROM new.\(table)")
        }
        try db.execute(
          sql: """
            INSERT INTO main.tokens (uuid, wallet, asset, balance, last_transaction)
              SELECT uuid, wallet, asset, balance, last_transaction FROM new.tokens;
            INSERT INTO main.transactions (\(columns)) SELECT \(columns) FROM new.transactions;
            INSERT INTO main.replies VALUES ('a place', 'a key', 'content', 201, '"body"', 5);
            """)
      }
    }
    let migrated = try LedgerStore(path: old)
    let content = "SELECT * FROM transactions ORDER BY sequence"
    let balances = "SELECT wallet, asset, balance, last_transaction, moves FROM tokens ORDER BY wallet, asset"
    for sql in [content, balances] {
      let rows = try await ledger.store.read { try Row.fetchAll($0.database, sql: sql).map(\.description) }
      #expect(try await migrated.read { try Row.fetchAll($0.database, sql: sql).map(\.description) } == rows)
    }
    #expect(try await LedgerAudit(store: migrated).run().isSound)
  }
}
