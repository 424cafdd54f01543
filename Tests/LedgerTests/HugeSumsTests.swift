import FedowProtocol
import GRDB
import Model
import Rules
import Testing

@testable import Ledger

/// More money than can be counted: it is not made any more, and a book that has it is read to its end.
@Suite("Sums that do not fit")
struct HugeSumsTests {
  private static let half: Int64 = 5_000_000_000_000_000_000

  @Test("no way to make money makes more at once than the bound", arguments: [true, false])
  func bound(isCall: Bool) async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      let most = Amount.largest.minorUnits
      if isCall {
        _ = try await ledger.refill(LedgerFixture.tag, most)
        let rejection = await #expect(throws: Rejection.self) {
          _ = try await ledger.refill(LedgerFixture.tag, most + 1)
        }
        #expect(rejection?.answer.status == 400)
      } else {
        let wallet = try await ledger.wallet(LedgerFixture.tag)
        let make = { (amount: Int64) in
          _ = try await service.submit(
            Doing { writer in
              _ = try writer.post(
                PostingRules.refill(
                  terms: ledger.euro.terms, from: ledger.place.wallet, to: wallet, amount: Amount(minorUnits: amount)),
                PostingDetails())
            })
        }
        try await make(most)
        #expect(await refusal { try await make(most + 1) } == .amountInvalid)
      }
      #expect(try await ledger.balance(LedgerFixture.tag) == most)
    }
  }

  @Test("a book from before there was a bound is sound, and whoever asks for its sums gets the largest number")
  func oldBook() async throws {
    let ledger = try await LedgerFixture()
    let queries = LedgerQueries(store: ledger.store)
    let person = try await ledger.running { service in
      let person = try await ledger.link(LedgerFixture.otherTag)
      // In one quarter of an hour, counted into the totals one after the other.
      for wallet in [try await ledger.wallet(LedgerFixture.tag), person] {
        _ = try await service.submit(
          Doing { writer in
            let postings = try PostingRules.refill(
              terms: ledger.euro.terms, from: ledger.place.wallet, to: wallet, amount: Amount(minorUnits: Self.half))
            for posting in postings { try Self.write(posting, writer) }
          })
        while try await ledger.store.carryTotals() {}
      }
      return person
    }
    #expect(try await ledger.verdict().breaks == [])
    let now = ledger.time.withLock { $0 }
    let request = ReportRequest(from: now.adding(seconds: -86_400), to: now.adding(seconds: 3600), by: .day)
    let report = try JSON.parse(try await queries.report(request, place: ledger.place, now: now).body)
    #expect(report["rows"]?.elements?.map { $0["amount"]?.int64 } == [.max])
    let outstanding = report["outstanding"]?.elements?.first { $0["asset"]?.text == ledger.euro.uuid.text }
    #expect(outstanding?["amount"]?.int64 == .max)
    // Without the totals, from the transactions alone.
    try await ledger.store.totals.clear()
    #expect(try JSON.parse(try await queries.report(request, place: ledger.place, now: now).body) == report)
    #expect(try await queries.overview().assets.map(\.total).max() == .max)
    let asset = try JSON.parse(try await queries.asset(ledger.euro.uuid.text).body)
    #expect(asset["total_in_wallet_not_place"]?.int64 == .max)
    // Both balances at once, as who looks at two wallets of one person sees them.
    let other = try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.wallet }
    let wallets = Set([person, try #require(other)])
    let steps = try await ledger.store.read { books in
      var walk = try HistoryWalk(wallets: wallets, request: HistoryRequest(), books: books)
      return [try walk.next()?.balance, try walk.next()?.balance, try walk.next()?.balance]
    }
    #expect(steps == [.max, Self.half, nil])
  }

  @Test(
    "a sum in SQL ends at the largest or smallest number, and counts what falls in between",
    arguments: [
      ([], 0), ([7], 7), ([-1, -2], -3), ([1 << 40, 5], 1 << 40 + 5), ([.max, 1], .max),
      ([.max, .max, .min], .max - 1), ([.min, -1], .min), ([.min, .min], .min), ([.max, .min], -1), ([.max], .max),
      ([.min], .min),
    ] as [([Int64], Int64)])
  func inSQL(numbers: [Int64], sum: Int64) async throws {
    let ledger = try await LedgerFixture()
    let found: Int64? = try await ledger.store.write { books in
      try books.execute("CREATE TEMP TABLE numbers (number INTEGER)")
      for number in numbers { try books.execute("INSERT INTO numbers VALUES (?)", [number]) }
      let found = try books.row("SELECT \(Books.sum("number")) FROM numbers")?[0] as Int64?
      try books.execute("DROP TABLE numbers")
      return found
    }
    #expect(found == sum)
  }

  /// Writes a posting as the ledger did before.
  private static func write(_ posting: Posting, _ writer: LedgerWriter) throws {
    let (books, asset) = (writer.books, posting.terms.asset)
    let head = try #require(try books.chainHead(of: asset))
    let datetime = LedgerTime(microseconds: try books.meltingInstant(of: asset))
    let entry = ChainEntry(
      id: writer.newID(), sender: posting.sender, receiver: posting.receiver, asset: asset,
      amount: posting.amount.minorUnits, datetime: datetime, lastCheck: datetime, action: posting.action, card: nil,
      primaryCard: nil, comment: nil, metadata: .null, previousID: head.entry.id, previousHash: head.hash)
    let token = { (wallet: EntityID) in try books.token(of: asset, in: wallet) }
    let after = try PostingRules.movements(of: posting).map { movement in
      (wallet: movement.wallet, balance: (try token(movement.wallet)?.balance ?? 0) + movement.delta)
    }
    let posted = Books.Posted(
      entry: entry, hash: entry.hash, sequence: try books.lastSequence() + 1, assetSequence: head.assetSequence + 1)
    let balance = { (wallet: EntityID) in after.first { $0.wallet == wallet }?.balance }
    try books.insert(
      posted,
      Books.Standing(
        senderBefore: try token(posting.sender)?.lastSequence,
        receiverBefore: try token(posting.receiver)?.lastSequence, senderAfter: balance(posting.sender),
        receiverAfter: balance(posting.receiver)))
    for (wallet, balance) in after {
      try books.settle(balance, of: asset, in: wallet, by: posted, newID: writer.newID)
    }
  }
}
