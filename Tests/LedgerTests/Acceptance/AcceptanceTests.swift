import FedowProtocol
import Model
import Rules
import Testing

@testable import Ledger

@Suite("What a place takes of the money of others")
struct AcceptanceTests {
  @Test("it takes all that is shared until it says otherwise: all, some, none, and each word counts at once")
  func agreement() async throws {
    let stand = try await SharedStand()
    try await stand.ledger.running { _ in
      try await stand.fill(1_000)
      #expect(try await stand.outcome(stand.debit(10)) == "posted")
      try await stand.say(nil, ("Euro du Cafe", .none))
      #expect(try await stand.outcome(stand.debit(10)) == "asset_not_accepted")
      #expect(try await stand.holding() == nil)
      try await stand.say(true)
      #expect(try await stand.outcome(stand.debit(10)) == "posted")
      try await stand.say(false)
      #expect(try await stand.outcome(stand.debit(10)) == "asset_not_accepted")
      try await stand.say(false, ("Euro du Cafe", .whole))
      #expect(try await stand.outcome(stand.debit(10)) == "posted")
      #expect(try await stand.holding()?["balance"]?.int64 == 970)
      // Its agreement narrows what is shared and never widens it.
      _ = try await stand.administration.change(federation: "Quay", .removeAsset("Euro du Cafe"))
      #expect(try await stand.outcome(stand.debit(10)) == "asset_not_accepted")
    }
    #expect(try await stand.held() == 30)
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("its own money and the federated one it cannot refuse, and no ceiling is below a cent")
  func always() async throws {
    let stand = try await SharedStand()
    for asset in ["Euro du Bar", "Primary Asset"] {
      await #expect(throws: Refusal.self) { try await stand.say(nil, (asset, .none)) }
    }
    await #expect(throws: Refusal.self) {
      try await stand.say(nil, ("Euro du Cafe", Acceptance(isAccepted: true, ceiling: 0)))
    }
    await #expect(throws: Refusal.self) { try await stand.say(nil, ("Nothing", .none)) }
    try await stand.say(false)
    try await stand.ledger.running { _ in
      _ = try await stand.ledger.refill(LedgerFixture.tag, 100)
      #expect(try await stand.outcome(stand.ledger.sale(10)) == "posted")
    }
  }

  @Test("a ceiling is exact when all cards pay at once, and a payout makes room again")
  func ceiling() async throws {
    let stand = try await SharedStand()
    try await stand.ledger.running { service in
      for tag in [LedgerFixture.tag, LedgerFixture.otherTag] { try await stand.fill(tag, 10_000) }
      try await stand.say(nil, ("Euro du Cafe", Acceptance(isAccepted: true, ceiling: 500)))
      #expect(try await stand.holding()?["room"]?.int64 == 500)
      let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<64 {
          let debit = try stand.debit(30, number.isMultiple(of: 2) ? LedgerFixture.tag : LedgerFixture.otherTag)
          group.addTask { try await stand.outcome(debit) }
        }
        return try await group.reduce(into: [:] as [String: Int]) { $0[$1, default: 0] += 1 }
      }
      #expect(outcomes == ["posted": 16, "over_ceiling": 48])
      #expect(try await stand.held() == 480)
      #expect(try await stand.holding()?["room"]?.int64 == 20)
      #expect(try await stand.outcome(stand.debit(21)) == "over_ceiling")
      // The tills of old read a sentence, and the same code.
      let sale = PostTransaction(
        place: stand.ledger.place.uuid,
        body: stand.ledger.body(
          21, from: try await stand.ledger.wallet(LedgerFixture.tag), to: stand.ledger.place.wallet,
          tag: LedgerFixture.tag, asset: stand.foreign))
      #expect(try await stand.outcome(sale) == "over_ceiling")
      #expect(try await stand.outcome(stand.debit(20)) == "posted")
      let deposit: JSON = [
        "wallet_to_deposit": JSON(stand.ledger.place.wallet.text), "asset": JSON(stand.foreign.uuid.text),
      ]
      #expect(try await service.submit(DepositInBank(place: stand.cafe.uuid, body: deposit)).status == 201)
      #expect(try await stand.holding()?["room"]?.int64 == 500)
      #expect(try await stand.outcome(stand.debit(500)) == "posted")
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("a person's payment by QR code takes other money where there is no room for the first")
  func otherMoney() async throws {
    let stand = try await SharedStand()
    let ledger = stand.ledger
    let card = LedgerFixture.tag
    try await ledger.running { service in
      try await stand.fill(card, 300)
      _ = try await ledger.refill(card, 100)
      let person = try await ledger.link(card)
      let pay = { (amount: Int64) in
        PostForWallet(
          .qrCodeSale, place: ledger.place.uuid, signer: person,
          body: [
            "amount": JSON(amount), "sender": JSON(person.text), "receiver": JSON(ledger.place.wallet.text),
            "asset_type": "EURO",
          ])
      }
      try await stand.say(nil, ("Euro du Cafe", Acceptance(isAccepted: true, ceiling: 50)))
      #expect(try await stand.outcome(pay(151)) == "over_ceiling")
      #expect(try await stand.outcome(pay(150)) == "posted")
      #expect(try await stand.held() == 50)
      #expect(try await stand.outcome(pay(500)) == "Not enough token on sender wallet")
    }
  }

  @Test("a debit that was taken offline beyond the ceiling waits until the place makes room and settles it")
  func offline() async throws {
    let stand = try await SharedStand()
    let id = EntityID.random()
    try await stand.ledger.running { service in
      try await stand.fill(1_000)
      try await stand.say(nil, ("Euro du Cafe", Acceptance(isAccepted: true, ceiling: 100)))
      let time = stand.ledger.time.withLock { $0 }
      #expect(try await stand.outcome(stand.debit(101, id: id, offlineAt: time)) == "over_ceiling")
      try await stand.say(nil, ("Euro du Cafe", .whole))
      let settle = SettleDebit(place: stand.ledger.place.uuid, device: nil, debit: id, body: ["how": "retry"])
      #expect(try await service.submit(settle).status == 201)
    }
    #expect(try await stand.held() == 101)
  }

  @Test("who changed it stands in the audit trail, with all that it said")
  func trail() async throws {
    let stand = try await SharedStand()
    try await stand.say(nil, ("Euro du Cafe", Acceptance(isAccepted: true, ceiling: 100)))
    let trail = try await stand.administration.auditTrail(place: "Bar du Port", after: 0, limit: 100)
    let entry = trail.last { $0.what == "acceptance_changed" }
    #expect(entry?.detail["assets"]?.elements?.first?["ceiling"]?.int64 == 100)
  }
}
