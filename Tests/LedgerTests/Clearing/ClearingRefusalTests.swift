import FedowProtocol
import Model
import Rules
import Testing

@testable import Ledger

@Suite("What is refused of clearings")
struct ClearingRefusalTests {
  private func agree(_ stand: ClearingStand, to clearing: JSON) async throws {
    for (place, net) in [(stand.bar, 280), (stand.cafe, -180), (stand.mill, -100)] as [(Books.Place, Int64)] {
      #expect(try await stand.agree(clearing, place, net: net) == "posted")
    }
  }

  private func payments(_ clearing: JSON) -> [JSON] { clearing["parts"]?.elements?.first?["payments"]?.elements ?? [] }

  private func transfer(_ payment: Int64, _ reference: String = "July") -> JSONObject {
    JSONObject([
      ("part", 1), ("payment", JSON(payment)), ("reference", JSON(reference)), ("paid_on", "2026-08-03"),
    ])
  }

  @Test("once a bank transfer was declared nobody declines any more, and once confirmed it stays as it was declared")
  func declared() async throws {
    let stand = try await ClearingStand()
    try await stand.ledger.running { _ in
      try await stand.trade()
      let clearing = try await stand.propose(by: .bank)
      try await agree(stand, to: clearing)
      let cafes = try #require(payments(clearing).first { $0["debtor_name"]?.text == "Cafe" }?["payment"]?.int64)
      let outcome = { try await stand.shared.outcome($0) }
      #expect(try await outcome(stand.say(.declare, clearing, stand.cafe, transfer(cafes))) == "posted")
      #expect(try await outcome(stand.say(.decline, clearing, stand.mill)) == "clearing_closed")
      #expect(try await outcome(stand.say(.declare, clearing, stand.cafe, transfer(cafes, "August"))) == "posted")
      #expect(try await outcome(stand.say(.confirm, clearing, stand.bar, transfer(cafes))) == "posted")
      #expect(try await outcome(stand.say(.declare, clearing, stand.cafe, transfer(cafes))) == "clearing_closed")
      #expect(try await outcome(stand.say(.decline, clearing, stand.mill)) == "clearing_closed")
      #expect(try await stand.states(clearing) == ["agreed"])
      #expect(try await stand.balance(stand.bar, stand.shared.foreign) == 300)
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("there is no bank transfer to declare where primary tokens pay, and no part but those that there are")
  func nothing() async throws {
    let stand = try await ClearingStand()
    try await stand.ledger.running { _ in
      try await stand.trade()
      let clearing = try await stand.propose()
      let outcome = { try await stand.shared.outcome($0) }
      #expect(try await outcome(stand.say(.declare, clearing, stand.cafe, transfer(1))) == "request_malformed")
      #expect(try await outcome(stand.say(.confirm, clearing, stand.bar, transfer(1))) == "request_malformed")
      #expect(try await outcome(stand.say(.declare, clearing, stand.cafe, transfer(9))) == "not_found")
      let part = JSONObject([("part", 9), ("net", 280)])
      for act in [AnswerClearing.Act.agree, .decline, .settle] {
        #expect(try await outcome(stand.say(act, clearing, stand.bar, part)) == "not_found", "\(act)")
      }
      #expect(try await stand.states(clearing) == ["proposed"])
    }
  }

  @Test("a clearing is of a federation that there is, for 1 to 366 days, over a period that begins before it ends")
  func requests() async throws {
    let stand = try await ClearingStand()
    try await stand.ledger.running { _ in
      try await stand.trade()
      let now = stand.ledger.time.withLock { $0 }
      let wrongs: [(Refusal.Code, @Sendable (inout ClearingRequest) -> Void)] = [
        (.notFound, { $0.federation = "None" }), (.requestMalformed, { $0.days = 0 }),
        (.requestMalformed, { $0.days = 367 }), (.requestMalformed, { $0.from = now.adding(seconds: 60) }),
        (.requestMalformed, { ($0.from, $0.to) = (now, now) }),
      ]
      for (index, wrong) in wrongs.enumerated() {
        #expect(await refusal { _ = try await stand.propose(.multilateral, by: .bank, wrong.1) } == wrong.0, "\(index)")
      }
      #expect(try await stand.administration.clearings() == [])
    }
  }

  @Test("the operator says for a place what it would say itself")
  func operators() async throws {
    let stand = try await ClearingStand()
    try await stand.ledger.running { _ in
      try await stand.trade()
      let administration = stand.administration
      let declined = try await stand.propose()
      _ = try await administration.declineClearing(ClearingStand.id(declined), place: "Mill", reason: "closed")
      let clearing = try await stand.propose(by: .bank)
      let id = ClearingStand.id(clearing)
      for place in ["Mill", "Cafe", "Bar du Port"] {
        _ = try await administration.agreeToClearing(id, place: place)
      }
      #expect(await refusal { _ = try await administration.settleClearing(id) } == .clearingOpen)
      for payment in payments(clearing) {
        let (number, debtor) = (payment["payment"]?.int64 ?? 0, payment["debtor_name"]?.text ?? "")
        let declare = { (day: String) in
          _ = try await administration.declareClearingPayment(
            id, place: debtor, part: 1, payment: number, reference: "July", paidOn: day)
        }
        #expect(await refusal { try await declare("2026-02-30") } == .requestMalformed)
        try await declare("2026-08-03")
        _ = try await administration.confirmClearingPayment(id, place: "Bar du Port", part: 1, payment: number)
      }
      #expect(try await administration.settleClearing(id)["parts"]?.elements?.first?["state"]?.text == "settled")
      let listed = try await administration.clearings().map { $0["parts"]?.elements?.first?["state"]?.text }
      #expect(listed == ["settled", "declined"])
      #expect(try await stand.balance(stand.bar, stand.shared.foreign) == 0)
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }
}
