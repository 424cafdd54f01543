import FedowProtocol
import Model
import Rules
import Testing

@testable import Ledger

@Suite("What places settle with each other")
struct ClearingTests {
  /// A stand on which everyone has traded, with the writer running.
  private func trading<Value: Sendable>(
    _ body: @Sendable @escaping (ClearingStand) async throws -> Value
  ) async throws -> Value {
    let stand = try await ClearingStand()
    return try await stand.ledger.running { _ in
      try await stand.trade()
      let value = try await body(stand)
      #expect(try await stand.ledger.verdict().breaks == [])
      return value
    }
  }

  @Test(
    "once all have agreed, all that is handed back is burnt and paid in primary tokens, in one posting"
  )
  func primary() async throws {
    try await trading { stand in
      let clearing = try await stand.propose()
      #expect(ClearingStand.nets(clearing) == ["Bar du Port": 280, "Cafe": -180, "Mill": -100])
      try await stand.fund(stand.cafe, 180)
      try await stand.fund(stand.mill, 500)
      #expect(try await stand.agree(clearing, stand.bar, net: 280) == "posted")
      #expect(try await stand.agree(clearing, stand.mill, net: -100) == "posted")
      #expect(try await stand.balance(stand.bar) == 0)
      #expect(try await stand.agree(clearing, stand.cafe, net: -180) == "posted")
      #expect(try await stand.states(clearing) == ["settled"])
      #expect(try await stand.balance(stand.bar) == 280)
      #expect(try await stand.balance(stand.cafe) == 0)
      #expect(try await stand.balance(stand.mill) == 400)
      for (place, asset) in [
        (stand.bar, stand.shared.foreign), (stand.bar, stand.milled),
        (stand.cafe, stand.ledger.euro),
      ] {
        #expect(try await stand.balance(place, asset) == 0)
      }
      // Said again it is done already.
      let last = try await stand.ledger.store.read { try $0.lastSequence() }
      #expect(try await stand.agree(clearing, stand.cafe, net: -180) == "posted")
      #expect(try await stand.shared.outcome(stand.say(.settle, clearing, stand.bar)) == "posted")
      #expect(try await stand.ledger.store.read { try $0.lastSequence() } == last)
      #expect(
        try await stand.shared.outcome(stand.say(.decline, clearing, stand.bar))
          == "clearing_closed")
      let trail = try await stand.administration.auditTrail(place: "Cafe", after: 0, limit: 100)
        .map(\.what)
      #expect(
        trail.filter { $0.hasPrefix("clearing") } == [
          "clearing_proposed", "clearing_agreed", "clearing_settled",
        ])
    }
  }

  @Test("too few primary tokens: a clear reason and nothing posted; with enough, settling succeeds")
  func unfunded() async throws {
    try await trading { stand in
      let clearing = try await stand.propose()
      try await stand.fund(stand.mill, 100)
      try await stand.fund(stand.cafe, 179)
      for (place, net) in [(stand.bar, 280), (stand.cafe, -180), (stand.mill, -100)]
        as [(Books.Place, Int64)]
      {
        #expect(try await stand.agree(clearing, place, net: net) == "posted")
      }
      #expect(try await stand.states(clearing) == ["agreed"])
      let obstacle = try await stand.shown(clearing)["parts"]?.elements?.first?["obstacle"]
      #expect(obstacle?["code"]?.text == "insufficient_funds")
      #expect(
        obstacle?["sentence"]?.text
          == "Cafe has 1.79 in primary tokens and pays 1.80. Nothing was posted.")
      #expect(
        try await stand.shared.outcome(stand.say(.settle, clearing, stand.cafe))
          == "insufficient_funds")
      #expect(try await stand.balance(stand.mill) == 100)
      #expect(try await stand.balance(stand.bar, stand.shared.foreign) == 300)
      try await stand.fund(stand.cafe, 1)
      #expect(try await stand.shared.outcome(stand.say(.settle, clearing, stand.cafe)) == "posted")
      #expect(try await stand.balance(stand.bar) == 280)
    }
  }

  @Test("a declared transfer is confirmed by who is paid, and only then is anything burnt")
  func bank() async throws {
    try await trading { stand in
      let clearing = try await stand.propose(by: .bank)
      let transfer = { (payment: Int64) in
        JSONObject([
          ("part", 1), ("payment", JSON(payment)), ("reference", "July"), ("paid_on", "2026-08-03"),
        ])
      }
      #expect(
        try await stand.shared.outcome(stand.say(.declare, clearing, stand.cafe, transfer(1)))
          == "clearing_open")
      for (place, net) in [(stand.bar, 280), (stand.cafe, -180), (stand.mill, -100)]
        as [(Books.Place, Int64)]
      {
        #expect(try await stand.agree(clearing, place, net: net) == "posted")
      }
      let payments = clearing["parts"]?.elements?.first?["payments"]?.elements ?? []
      #expect(payments.count == 2)
      for payment in payments {
        let number = payment["payment"]?.int64 ?? 0
        let isCafe = payment["debtor_name"]?.text == "Cafe"
        let (debtor, other) = isCafe ? (stand.cafe, stand.mill) : (stand.mill, stand.cafe)
        let fields = transfer(number)
        #expect(
          try await stand.shared.outcome(stand.say(.confirm, clearing, stand.bar, fields))
            == "clearing_open")
        #expect(
          try await stand.shared.outcome(stand.say(.declare, clearing, other, fields))
            == "forbidden")
        #expect(
          try await stand.shared.outcome(stand.say(.declare, clearing, debtor, fields)) == "posted")
        #expect(
          try await stand.shared.outcome(stand.say(.declare, clearing, debtor, fields)) == "posted")
        #expect(
          try await stand.shared.outcome(stand.say(.confirm, clearing, other, fields))
            == "forbidden")
        #expect(try await stand.balance(stand.bar, stand.shared.foreign) == 300)
        #expect(
          try await stand.shared.outcome(stand.say(.confirm, clearing, stand.bar, fields))
            == "posted")
      }
      #expect(try await stand.states(clearing) == ["settled"])
      #expect(try await stand.balance(stand.bar, stand.shared.foreign) == 0)
      #expect(try await stand.balance(stand.bar) == 0)
    }
  }

  @Test(
    "between two places by themselves each pair settles when both agree, whatever the others say")
  func bilateral() async throws {
    try await trading { stand in
      let clearing = try await stand.propose(.bilateral)
      #expect(clearing["parts"]?.elements?.count == 2)
      try await stand.fund(stand.cafe, 180)
      #expect(try await stand.shared.outcome(stand.say(.decline, clearing, stand.mill)) == "posted")
      #expect(try await stand.agree(clearing, stand.cafe, net: -180) == "posted")
      #expect(try await stand.agree(clearing, stand.bar, net: 280) == "posted")
      #expect(try await Set(stand.states(clearing)) == ["settled", "declined"])
      #expect(try await stand.balance(stand.bar) == 180)
      #expect(try await stand.balance(stand.bar, stand.milled) == 100)
      #expect(try await stand.agree(clearing, stand.mill, net: -100) == "clearing_closed")
    }
  }

  @Test("what changed since it was proposed is found before anything is posted")
  func outdated() async throws {
    try await trading { stand in
      let first = try await stand.propose()
      #expect(try await stand.agree(first, stand.bar, net: 279) == "preview_outdated")
      // A place that nothing of it concerns learns nothing.
      let stranger = try await stand.administration.createPlace(name: "Stranger").place
      #expect(try await stand.agree(first, stranger, net: 0) == "not_found")
      try await stand.fund(stand.cafe, 180)
      try await stand.fund(stand.mill, 100)
      let deposit: JSON = [
        "wallet_to_deposit": JSON(stand.bar.wallet.text), "asset": JSON(stand.milled.uuid.text),
      ]
      #expect(
        try await stand.shared.outcome(DepositInBank(place: stand.mill.uuid, body: deposit))
          == "posted")
      for (place, net) in [(stand.bar, 280), (stand.cafe, -180), (stand.mill, -100)]
        as [(Books.Place, Int64)]
      {
        #expect(try await stand.agree(first, place, net: net) == "posted")
      }
      #expect(
        try await stand.shared.outcome(stand.say(.settle, first, stand.bar)) == "clearing_outdated")
      #expect(try await stand.balance(stand.bar) == 0)
      let second = try await stand.propose()
      #expect(ClearingStand.nets(second) == ["Bar du Port": 180, "Cafe": -180])
    }
  }

  @Test(
    "what all have agreed to is not paid out by a deposit as well, and after its time anything can be proposed anew"
  )
  func promised() async throws {
    try await trading { stand in
      let clearing = try await stand.propose()
      for (place, net) in [(stand.bar, 280), (stand.cafe, -180), (stand.mill, -100)]
        as [(Books.Place, Int64)]
      {
        #expect(try await stand.agree(clearing, place, net: net) == "posted")
      }
      let deposit: JSON = [
        "wallet_to_deposit": JSON(stand.bar.wallet.text),
        "asset": JSON(stand.shared.foreign.uuid.text),
      ]
      let command = DepositInBank(place: stand.cafe.uuid, body: deposit)
      #expect(try await stand.ledger.service.submit(command).status == 208)
      stand.ledger.time.withLock { $0 = $0.adding(seconds: 31 * 86_400) }
      #expect(try await stand.states(clearing) == ["expired"])
      #expect(
        try await stand.shared.outcome(stand.say(.settle, clearing, stand.bar)) == "clearing_closed"
      )
      #expect(try await stand.agree(clearing, stand.bar, net: 280) == "clearing_closed")
      #expect(try await stand.ledger.service.submit(command).status == 201)
    }
  }

  @Test(
    "a period claims what was taken in it, less what was given back, and leaves what was taken before"
  )
  func period() async throws {
    try await trading { stand in
      let middle = stand.ledger.time.withLock { time in
        time = time.adding(seconds: 86_400)
        return time
      }
      try await stand.trade()
      let later = try await stand.propose { $0.from = middle }
      #expect(ClearingStand.nets(later) == ["Bar du Port": 280, "Cafe": -180, "Mill": -100])
      let earlier = try await stand.propose { $0.to = middle }
      #expect(ClearingStand.nets(earlier) == ["Bar du Port": 280, "Cafe": -180, "Mill": -100])
      let all = try await stand.propose()
      #expect(ClearingStand.nets(all) == ["Bar du Port": 560, "Cafe": -360, "Mill": -200])
      let without = try await stand.propose { $0.without = ["Mill"] }
      #expect(ClearingStand.nets(without) == ["Bar du Port": 360, "Cafe": -360])
      await #expect(throws: Refusal.self) { try await stand.propose { $0.categories = [.time] } }
      await #expect(throws: Refusal.self) { try await stand.propose { $0.categories = [.gift] } }
    }
  }
}
