import FedowProtocol
import Kiosk
import Model
import TestKit
import Testing

/// One tap at a door gives one answer, also without the ledger, and reaches the ledger's books once.
@Suite("At the door of a kiosk", .timeLimit(.minutes(10))) struct EntranceTests {
  private static let card = "68B87420"

  private func bench(_ standing: JSON, balance: Int64 = 1_000) async throws -> VenueBench {
    let bench = try await VenueBench()
    bench.ledger.script {
      $0.balances[Self.card] = balance
      $0.memberships[Self.card] = standing
    }
    try await bench.hear()
    return bench
  }

  private func enter(_ bench: VenueBench, _ price: Int64 = 0, againAfter: Int64 = 300) async throws -> JSON {
    let terms = try EntranceTerms(memberships: [bench.ledger.membership], againAfter: againAfter)
    return try await bench.pay(price, Self.card, terms: ChargeTerms(entrance: terms))
  }

  @Test("a member enters for nothing: a request of no parts, and one answer with how the membership stands")
  func member() async throws {
    let bench = try await bench(["standing": "valid", "instant": nil])
    let charge = try await bench.run { bench in try await enter(bench) }
    #expect(charge["state"] == "paid")
    #expect(charge["entrance"]?["is_member"] == true)
    #expect(charge["receipt"]?["entrance"]?["standing"] == "valid")
    let tap = try #require(charge["tap"]?.text.flatMap { EntityID($0) })
    let row = try #require(try await bench.kiosk.store.row(tap))
    let body = try JSON.parse(row.debit.body)
    #expect(body["parts"] == [])
    #expect(body["entrance"]?["memberships"] == [JSON(bench.ledger.membership.text)])
    #expect(body["entrance"]?["again_after_s"] == 300)
  }

  @Test(
    "who is no member, was one or will be one is told so in both languages, and nothing is sent",
    arguments: [
      (["standing": "expired", "instant": "2020-01-01T00:00:00Z"], "membership_expired"),
      (["standing": "begins", "instant": "2090-01-01T00:00:00Z"], "membership_not_begun"),
      (["standing": "none", "instant": nil], "membership_none"), (["standing": "nonsense"], "membership_none"),
    ] as [(JSON, String)])
  func others(standing: JSON, code: String) async throws {
    let bench = try await bench(standing)
    let charge = try await bench.run { bench in try await enter(bench) }
    #expect(charge["state"] == "refused")
    #expect(charge["code"]?.text == code)
    #expect(charge["sentence_fr"]?.text?.contains("dhé") == true)
    #expect(charge["entrance"]?["is_member"] == false)
    #expect(bench.ledger.script { $0.arrived.count } == 0)
  }

  @Test("what the ledger refuses of an entrance for nothing is refused, and nobody is told to come in")
  func refusedByLedger() async throws {
    let bench = try await bench(["standing": "valid", "instant": nil])
    bench.ledger.script { $0.refusal = Refusal(.enteredAlready) }
    let charge = try await bench.run { bench in try await enter(bench) }
    #expect(charge["state"] == "refused")
    #expect(charge["code"] == "entered_already")
  }

  @Test("with a price the money and the entrance are one request; who cannot pay does not enter")
  func priced() async throws {
    let bench = try await bench(["standing": "valid", "instant": nil], balance: 500)
    let charges = try await bench.run { bench in
      [try await enter(bench, 400), try await enter(bench, 400)]
    }
    #expect(charges.map { $0["state"] } == ["paid", "refused"])
    #expect(charges[1]["code"] == "insufficient_funds")
    #expect(bench.ledger.script { $0.balances[Self.card] } == 100)
  }

  @Test("an answer that is lost is asked for by the tap's id, and the person has entered once")
  func lost() async throws {
    let bench = try await bench(["standing": "valid", "instant": nil])
    bench.ledger.script { $0.lostAnswers = 1 }
    let paid = try await bench.run { bench in
      let charge = try await enter(bench, 100)
      #expect(charge["state"] == "unknown")
      return try await bench.wait(for: "paid", of: try VenueBench.id(charge))
    }
    #expect(paid["receipt"]?["entrance"]?["standing"] == "valid")
    #expect(bench.ledger.script { Set($0.arrived.map(\.id)).count } == 1)
    #expect(bench.ledger.script { $0.balances[Self.card] } == 900)
  }

  @Test("without the ledger the membership as last known counts, with its age, and a card that is passed back does not")
  func offline() async throws {
    let until = ManualClock().wallTime().microseconds + 3_600_000_000
    let bench = try await bench([
      "standing": "valid", "instant": JSON(LedgerTime(microseconds: until).wire),
    ])
    _ = try await bench.run { bench in try await enter(bench) }
    let known = bench.clock.wallTime()
    bench.ledger.script { $0.isThere = false }
    bench.clock.advance(by: .seconds(400))
    let charges = try await bench.run { bench in
      let first = try await enter(bench)
      let again = try await enter(bench)
      bench.clock.advance(by: .seconds(3_200))
      return [first, again, try await enter(bench)]
    }
    #expect(charges[0]["state"] == "paid_offline")
    #expect(charges[0]["entrance"]?["known_at"]?.text == known.wire)
    #expect(charges[1]["code"] == "entered_already")
    #expect(charges[2]["code"] == "membership_expired")
    bench.ledger.script { $0.isThere = true }
    let id = try VenueBench.id(charges[0])
    let paid = try await bench.run { later in try await later.wait(for: "paid", of: id) }
    #expect(paid["receipt"]?["entrance"]?["standing"] == "valid")
  }

  @Test("an entrance of no price that the ledger refuses later leaves nothing to be settled, as it does there")
  func refusedLater() async throws {
    let bench = try await bench(["standing": "valid", "instant": nil])
    let id = try await bench.run { bench in
      _ = try await enter(bench)
      bench.ledger.script { $0.isThere = false }
      bench.clock.advance(by: .seconds(400))
      return try VenueBench.id(try await enter(bench))
    }
    bench.ledger.script { ($0.isThere, $0.refusal) = (true, Refusal(.membershipExpired)) }
    try await bench.run { later in
      _ = try await later.wait(for: "refused", of: id)
      let patience = Patience()
      while try await !later.kiosk.store.waitingRows().isEmpty { try await patience.spend() }
    }
    #expect(try await bench.kiosk.store.offlineFigures().unsettled == 0)
  }

  @Test("an entrance of no membership, or in parts, is malformed; nothing at all stays no amount")
  func malformed() async throws {
    #expect(throws: Refusal.self) { try EntranceTerms(memberships: []) }
    #expect(throws: Refusal.self) { try EntranceTerms(memberships: [EntityID.random()], againAfter: -1) }
    let bench = try await bench(["standing": "valid", "instant": nil])
    await #expect(throws: Refusal(.amountInvalid)) {
      _ = try await bench.kiosk.pipeline.open(amount: .zero, description: nil)
    }
    let terms = ChargeTerms(
      acceptsParts: true, entrance: try EntranceTerms(memberships: [bench.ledger.membership]))
    await #expect(throws: Refusal.self) {
      _ = try await bench.kiosk.pipeline.open(amount: .zero, description: nil, terms: terms)
    }
  }
}
