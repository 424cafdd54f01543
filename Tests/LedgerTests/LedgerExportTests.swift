import FedowProtocol
import Foundation
import Model
import Rules
import Synchronization
import Testing

@testable import Ledger

@Suite("The export")
struct LedgerExportTests {
  private final class Lines: Sendable {
    let objects = Mutex<[JSON]>([])
    func kinds() -> [String] { objects.withLock { $0.compactMap { $0["kind"]?.text } } }
    func add(_ object: JSON) { objects.withLock { $0.append(object) } }
  }

  private func ledger() async throws -> LedgerFixture {
    let ledger = try await LedgerFixture()
    _ = try await Administration(store: ledger.store).createFederation(
      name: "Quay", places: ["Bar du Port"], assets: ["Euro du Bar"])
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await service.submit(try await ledger.sale(100, metadata: ["b": 1, "a": [true, .null]]))
    }
    return ledger
  }

  @Test("has everything in its order, the transactions so that each hash can be recomputed, and says when it is whole")
  func everything() async throws {
    let ledger = try await ledger()
    let lines = Lines()
    let count = try await LedgerExport(store: ledger.store).run { lines.add($0) }
    let kinds = [
      ("ledger", 1), ("authority", 1), ("place", 1), ("wallet", 3), ("key", 1), ("asset", 3), ("federation", 1),
      ("card", 3), ("operator_card", 1), ("audit", 2), ("balance", 4), ("transaction", 6), ("end", 1),
    ]
    #expect(lines.kinds() == kinds.flatMap { Array(repeating: $0.0, count: $0.1) })
    #expect(count == 6)
    let objects = lines.objects.withLock { $0 }
    #expect(objects.last?["objects"]?.int64 == Int64(objects.count - 1))
    let posted = try await ledger.store.read { books in try (1...6).map { try books.transaction(sequence: $0) } }
    for (object, posted) in zip(objects.filter { $0["kind"]?.text == "transaction" }, posted) {
      let entry = try #require(posted?.entry)
      #expect(object["sequence"]?.int64 == posted?.sequence)
      #expect(object["hash"]?.text == entry.hash)
      #expect(object["amount"]?.int64 == entry.amount)
      #expect(object["metadata"]?.compact == entry.metadata.compact)
      #expect(object["datetime"]?.text == entry.datetime.wire)
    }
  }

  private func exported(_ ledger: LedgerFixture) async throws -> [String: [JSON]] {
    let lines = Lines()
    _ = try await LedgerExport(store: ledger.store).run { lines.add($0) }
    return Dictionary(grouping: lines.objects.withLock { $0 }) { $0["kind"]?.text ?? "" }
  }

  @Test("has what waits for an answer, what members paid for, and who entered")
  func members() async throws {
    let stand = try await MemberStand()
    let reserved = try await stand.ledger.running { _ in
      _ = try await stand.join()
      _ = try await stand.enter(price: 200)
      return try await stand.ledger.reserve(300)
    }
    let all = try await exported(stand.ledger)
    let reservation = try #require(all["reservation"]?.first)
    #expect(reservation["id"]?.text == reserved.text)
    #expect(reservation["amount"]?.int64 == 300)
    #expect(reservation["state"]?.text == "pending")
    #expect(reservation["created_at"]?.text?.hasPrefix("2026-10-01T08:00:00") == true)
    let balance = all["balance"]?.first {
      $0["wallet"]?.text == stand.person.text && $0["asset"]?.text == stand.ledger.euro.uuid.text
    }
    #expect(balance?["balance"]?.int64 == 9_800)
    #expect(balance?["reserved"]?.int64 == 300)
    #expect(all["membership_terms"]?.first?["price"]?.int64 == 500)
    #expect(all["membership"]?.first?["wallet"]?.text == stand.person.text)
    let entrance = try #require(all["entrance"]?.first)
    #expect(entrance["standing"]?.text == "valid")
    #expect(entrance["is_offline"]?.compact == "false")
    // The tap, and the transactions that it became.
    let debit = try #require(all["debit"]?.first)
    #expect(debit["id"] == entrance["debit"])
    let transactions = (all["transaction"] ?? []).compactMap { $0["uuid"]?.text }
    let made = (debit["transactions"]?.elements ?? []).compactMap(\.text)
    #expect(made.count == 1 && Set(made).isSubset(of: transactions))
  }

  @Test("has what people gave each other and their limits, but not by what name they know each other")
  func transfers() async throws {
    let stand = try await TransferStand()
    try await stand.limits(Delegation.Limits(perTap: 500, perDay: 900))
    let email = "\(stand.bob)@test"
    try await stand.ledger.running { service in
      let own: JSON = ["per_transfer": 400, "per_day": nil, "total": nil]
      _ = try await service.submit(LimitTransfers(signer: stand.alice, body: own))
      #expect(try await stand.give(350, to: ["email": JSON(email)], comment: "for the bread").status == 201)
      _ = try await stand.give(450)
    }
    let all = try await exported(stand.ledger)
    let transfers = all["transfer"] ?? []
    #expect(transfers.map { $0["amount"]?.int64 } == [350, 450])
    #expect(transfers.map { $0["state"]?.text } == ["posted", "refused"])
    #expect(transfers.first?["receiver"]?.text == stand.bob.text)
    #expect(all["transaction"]?.last?["uuid"] == transfers.first?["posted"])
    #expect(all["transfer_terms"]?.first?["per_day"]?.int64 == 900)
    #expect(all["transfer_limits"]?.first?["per_transfer"]?.int64 == 400)
    let text = all.values.joined().map(\.compact).joined(separator: "\n")
    #expect(!text.contains(email))
    #expect(!text.contains("for the bread"))
  }

  @Test("has what places settle with each other, and what each said of it")
  func clearings() async throws {
    let stand = try await ClearingStand()
    let proposal = try await stand.ledger.running { _ in
      try await stand.trade()
      let proposal = try await stand.propose()
      _ = try await stand.agree(proposal, stand.bar, net: 280)
      return proposal
    }
    let all = try await exported(stand.ledger)
    #expect(all["clearing"]?.first?["id"] == proposal["id"])
    let nets = (all["clearing_party"] ?? []).map { ($0["place"]?.text ?? "", $0["net"]?.int64 ?? 0) }
    let right = [stand.bar.uuid.text: Int64(280), stand.cafe.uuid.text: -180, stand.mill.uuid.text: -100]
    #expect(Dictionary(nets) { $0 + $1 } == right)
    #expect(all["clearing_party"]?.count { $0["agreed_at"]?.text != nil } == 1)
    #expect(all["clearing_claim"]?.reduce(0) { $0 + ($1["amount"]?.int64 ?? 0) } == 520)
    #expect(all["clearing_payment"]?.reduce(0) { $0 + ($1["amount"]?.int64 ?? 0) } == 280)
  }

  @Test("has the seals of what it has, and how money melts")
  func sealsAndMelting() async throws {
    let stand = try await AuthorityStand()
    try await stand.ledger.running { _ in
      let till = try await stand.pair()
      try await stand.refill(500, by: till)
      try await stand.seal()
      try await stand.sale(100, by: till)
      try await stand.seal()
    }
    let seals = try await stand.ledger.store.read { try $0.seals(after: 0, through: .max, limit: .max) }
    let all = try await exported(stand.ledger)
    #expect(seals.count == 2)
    #expect(all["seal"]?.map { $0["hash"]?.text } == seals.map(\.hash))
    let lines = Lines()
    _ = try await LedgerExport(store: stand.ledger.store, since: seals[0].statement.last).run { lines.add($0) }
    #expect(lines.kinds().count { $0 == "seal" } == 1)
    let melting = try await exported(try await MeltStand(rate: 10_000).ledger)["melting_terms"]
    #expect(melting?.count == 1)
    #expect(melting?.first?["terms"]?["rate_ppm"]?.int64 == 10_000)
    #expect(melting?.first?["set_at"]?.text != nil)
  }

  @Test("says itself what it leaves out, and why")
  func reasons() async throws {
    let head = try #require(try await exported(try await LedgerFixture())["ledger"]?.first)
    #expect(head["server"]?.text == "Test")
    #expect(head["withheld"]?["users.email"]?.text == "an address of a person")
    #expect(head["withheld"]?.object?.entries.count == LedgerExport.withheld.count)
  }

  @Test("begins after the number that was asked for")
  func since() async throws {
    let ledger = try await ledger()
    let lines = Lines()
    #expect(try await LedgerExport(store: ledger.store, since: 4).run { lines.add($0) } == 2)
    let sequences = lines.objects.withLock { $0.compactMap { $0["sequence"]?.int64 } }
    #expect(sequences == [5, 6])
  }

  @Test("holds nothing that opens anything")
  func secrets() async throws {
    let ledger = try await ledger()
    let key = APIKey.generate()
    try await ledger.store.write { books in
      try books.insertKey(key, purpose: .place, place: ledger.place.uuid, at: LedgerTime(microseconds: 1))
      try books.insertWallet(EntityID.random(), name: nil, publicKey: "PEM", at: LedgerTime(microseconds: 1))
      try books.insertUser(
        EntityID.random(), email: "jo@example.org", wallet: ledger.place.wallet, at: LedgerTime(microseconds: 1))
    }
    let number = try #require(try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.numberPrinted })
    try await ledger.store.write { books in
      try books.note(
        Books.AuditEntry("card_lost", place: ledger.place.uuid, detail: ["tag": "A", "number_printed": JSON(number)]),
        at: LedgerTime(microseconds: 1))
    }
    let lines = Lines()
    _ = try await LedgerExport(store: ledger.store).run { lines.add($0) }
    let text = lines.objects.withLock { $0.map(\.compact).joined(separator: "\n") }
    let card = try await ledger.store.read { try $0.card(tag: LedgerFixture.tag) }
    let secrets = [
      key.text, key.prefix, Hexadecimal.encode(key.digest), "jo@example.org", try #require(card?.qrcode.text),
      "\"" + (try #require(card?.numberPrinted)) + "\"",
    ]
    for secret in secrets { #expect(!text.contains(secret), "\(secret)") }
    #expect(text.contains("PEM"))
  }
}
