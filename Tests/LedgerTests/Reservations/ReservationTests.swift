import FedowProtocol
import GRDB
import Model
import Rules
import Testing

@testable import Ledger

@Suite("What is reserved")
struct ReservationTests {
  @Test(
    "stays in the wallet and cannot be spent by a sale, a debit, a transfer, a refund, a fusion or a second reservation"
  )
  func isNotSpent() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      try await ledger.reserve(400)
      #expect(try await ledger.written() == (500, 400))
      // What clients are shown is what can be spent.
      #expect(try await ledger.spendable() == 100)
      let shown = try LedgerQueries(store: ledger.clocked).card(tag: LedgerFixture.tag, place: ledger.place.uuid)
      #expect(shown.map { $0.body.contains(#""value":100"#) } == true, "\(shown?.body ?? "")")
      let (wallet, euro) = (try await ledger.wallet(LedgerFixture.tag), ledger.euro.terms)
      let over = try await ledger.sale(101)
      #expect(await refusal { _ = try await service.submit(over) } != nil)
      #expect(await refusal { try await ledger.debit(101) } == .insufficientFunds)
      for action in [TransactionAction.transfer, .qrCodeSale, .fusion, .refund, .bankDeposit] {
        let posting = Posting(
          action: action, sender: wallet, receiver: ledger.place.wallet, terms: euro, amount: Amount(minorUnits: 101))
        #expect(await refusal { try await ledger.do { try $0.post(posting) } } == .insufficientFunds, "\(action)")
      }
      #expect(await refusal { try await ledger.reserve(101) } == .insufficientFunds)
      #expect(try await ledger.written() == (500, 400))
      _ = try await service.submit(try await ledger.sale(100))
      #expect(try await ledger.written() == (400, 400))
      // A refund of the card pays back what can be spent: nothing.
      let refund = RefundCard(place: ledger.place.uuid, body: Self.refund("RFD"))
      #expect(try await service.submit(refund).body.contains(#""serialized_transactions":[]"#))
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  private static func refund(_ action: String) -> JSON {
    [
      "user_card_firstTagId": JSON(LedgerFixture.tag), "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag),
      "action": JSON(action),
    ]
  }

  @Test("of a place is not deposited in the bank with the rest")
  func deposit() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await service.submit(try await ledger.sale(300))
      let (wallet, asset) = (ledger.place.wallet, ledger.euro.uuid)
      try await ledger.do {
        try $0.reserve(
          ReservationOrder(
            id: $0.newID(), wallet: wallet, asset: asset, amount: 250, purpose: .test, expiresAt: nil))
      }
      let body: JSON = ["wallet_to_deposit": JSON(wallet.text), "asset": JSON(asset.text)]
      let answer = try await service.submit(DepositInBank(place: ledger.place.uuid, body: body))
      #expect(try JSON.parse(answer.body)["amount"]?.int64 == 50)
      #expect(try await service.submit(DepositInBank(place: ledger.place.uuid, body: body)).status == 208)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("becomes one transaction, once, and what is left of it can be spent again")
  func posting() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let id = try await ledger.reserve(400)
      try await ledger.ask(id)
      try await ledger.ask(id)
      try await ledger.post(id, 150)
      #expect(try await ledger.written() == (350, 0))
      let count = try await ledger.store.read { try $0.lastSequence() }
      try await ledger.post(id, 150)
      #expect(await refusal { try await ledger.post(id, 151) } == .idempotencyConflict)
      #expect(await refusal { try await ledger.release(id) } == .reservationEnded)
      #expect(await refusal { try await ledger.ask(id) } == .reservationEnded)
      #expect(try await ledger.store.read { try $0.lastSequence() } == count)
      #expect(try await ledger.reservation(id)?.posted == count)
      #expect(try await ledger.written() == (350, 0))
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("is known by its id: the same order again reserves nothing more, another one is a conflict")
  func idempotence() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let id = try await ledger.reserve(100)
      try await ledger.reserve(100, id: id)
      #expect(try await ledger.written() == (500, 100))
      #expect(await refusal { try await ledger.reserve(101, id: id) } == .idempotencyConflict)
      try await ledger.release(id)
      try await ledger.release(id)
      try await ledger.reserve(100, id: id)
      #expect(try await ledger.written() == (500, 0))
      #expect(await refusal { try await ledger.post(id, 100) } == .reservationEnded)
      #expect(await refusal { try await ledger.reserve(0) } == .amountInvalid)
      #expect(await refusal { try await ledger.reserve(501) } == .insufficientFunds)
    }
  }

  @Test("is free again once its time is over, before anybody writes that down; what was asked for is not")
  func expiry() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let waiting = try await ledger.reserve(300, expiresIn: 600)
      let asked = try await ledger.reserve(100, expiresIn: 600)
      try await ledger.ask(asked)
      ledger.advance(seconds: 599)
      #expect(try await ledger.spendable() == 100)
      ledger.advance(seconds: 1)
      #expect(try await ledger.spendable() == 400)
      #expect(await refusal { try await ledger.post(waiting, 300) } == .reservationEnded)
      _ = try await service.submit(try await ledger.sale(350))
      #expect(try await ledger.reservation(waiting)?.state == .expired)
      #expect(try await ledger.reservation(asked)?.state == .asked)
      #expect(try await ledger.written() == (150, 100))
      ledger.advance(seconds: 86_400_000)
      let expiry = ReservationService(
        store: ledger.store, postings: service, clock: ledger.clocked.clock, logger: .init(label: "test"))
      #expect(try await expiry.endSome() == 0)
      let late = try await ledger.reserve(50, expiresIn: 1)
      ledger.advance(seconds: 1)
      #expect(try await expiry.endSome() == 1)
      #expect(try await expiry.endSome() == 0)
      #expect(try await ledger.reservation(late)?.state == .expired)
      #expect(try await ledger.written() == (150, 100))
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("keeps a card from being linked or freed, and goes along when another card takes its place")
  func cards() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let id = try await ledger.reserve(200)
      #expect(await refusal { _ = try await ledger.link(LedgerFixture.tag) } == .moneyReserved)
      let void = RefundCard(place: ledger.place.uuid, body: Self.refund("VID"))
      #expect(await refusal { _ = try await service.submit(void) } == .moneyReserved)
      #expect(try await ledger.written() == (500, 200))
      _ = try await service.submit(
        ReassignCard(
          LedgerFixture.tag, by: .ledger,
          body: ["to": JSON(LedgerFixture.otherTag), "id": JSON(EntityID.random().text)]))
      #expect(try await ledger.written(LedgerFixture.otherTag) == (500, 200))
      try await ledger.release(id)
      #expect(try await ledger.spendable(LedgerFixture.otherTag) == 500)
      _ = try await ledger.link(LedgerFixture.otherTag)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("survives the end of the process that reserved it")
  func restart() async throws {
    let ledger = try await LedgerFixture()
    let id = try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let id = try await ledger.reserve(200)
      try await ledger.ask(id)
      return id
    }
    let again = try LedgerStore(path: ledger.directory.appending(path: "ledger.sqlite").path)
    let (open, verdict) = (
      try await again.read { try $0.reservations(open: true) }, try await LedgerAudit(store: again).run()
    )
    #expect(open.map(\.id) == [id])
    #expect(open.map(\.state) == [.asked])
    #expect(verdict.breaks == [])
  }

  @Test("is not given back by hand while somebody may pay it, unless the operator knows that they do not")
  func byHand() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let id = try await ledger.reserve(200)
      try await ledger.ask(id)
      let administration = Administration(store: ledger.store)
      #expect(
        await refusal { _ = try await administration.release(reservation: id, isAnswered: false) } == .moneyReserved)
      #expect(try await administration.release(reservation: id, isAnswered: true).state == .released)
      #expect(try await ledger.written() == (500, 0))
      #expect(try await ledger.spendable() == 500)
    }
  }

  @Test(
    "is recomputed by the audit, which finds each kind of break",
    arguments: [
      ("UPDATE tokens SET reserved = reserved + 1 WHERE reserved = 70", "its reservations make"),
      ("UPDATE tokens SET reserved = 0 WHERE reserved = 70", "its reservations make"),
      ("UPDATE reservations SET amount = 700 WHERE state = 'asked'", "was reserved"),
      ("UPDATE reservations SET posted = 1 WHERE state = 'posted'", "no transaction for it"),
      ("UPDATE reservations SET ended_after = ended_after + 1 WHERE state = 'posted'", "no transaction for it"),
      ("UPDATE reservations SET amount = 100 WHERE state = 'posted'", "not of what was reserved"),
      ("UPDATE reservations SET wallet = (SELECT wallet FROM places) WHERE state = 'posted'", "was reserved"),
      ("UPDATE reservations SET after_sequence = 99 WHERE state = 'asked'", "after all that was posted"),
      ("DELETE FROM reservations WHERE state = 'asked'", "its reservations make"),
    ])
  func tampering(change: String, reason: String) async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let id = try await ledger.reserve(200)
      try await ledger.post(id, 150)
      try await ledger.ask(try await ledger.reserve(70))
      _ = try await service.submit(try await ledger.sale(100))
    }
    #expect(try await ledger.verdict().breaks == [])
    try await ledger.store.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
          DROP TRIGGER reservations_end_once; DROP TRIGGER reservations_stay;
          """)
      try db.execute(sql: change)
    }
    let breaks = try await ledger.verdict().breaks
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }

  @Test("cannot be changed in the file by a program that forgot the rules")
  func schema() async throws {
    let ledger = try await LedgerFixture()
    let id = try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let id = try await ledger.reserve(200)
      try await ledger.release(id)
      try await ledger.reserve(300)
      return id
    }
    for change in [
      "UPDATE reservations SET state = 'pending', ended_at = NULL, ended_after = NULL WHERE id = '\(id)'",
      "DELETE FROM reservations", "UPDATE reservations SET amount = 1 WHERE state = 'pending'",
      "UPDATE tokens SET balance = 299 WHERE balance = 500", "UPDATE tokens SET reserved = 501 WHERE balance = 500",
    ] {
      await #expect(throws: DatabaseError.self, "\(change)") {
        try await ledger.store.pool.write { try $0.execute(sql: change) }
      }
    }
  }
}

extension LedgerFixture {
  /// What readers see by the ledger's own clock.
  func spendable(_ tag: String = LedgerFixture.tag) async throws -> Int64? {
    let (wallet, asset) = (try await wallet(tag), euro.uuid)
    return try await clocked.read { try $0.balance(of: asset, in: wallet) }
  }

  /// The store by the ledger's own clock.
  var clocked: LedgerStore {
    store.withClock { [weak self] in self?.time.withLock { $0 } ?? LedgerTime.now() }
  }

  /// A native debit of the first card.
  func debit(_ amount: Int64) async throws {
    let body: JSON = [
      "id": JSON(EntityID.random().text), "card": JSON(Self.tag),
      "parts": [["asset": JSON(euro.uuid.text), "amount": JSON(amount)]],
    ]
    let answer = try await service.submit(PostDebit(place: place.uuid, debit: try DebitRequest(body)))
    guard answer.status < 300 else { throw Rejection(answer) }
  }
}
