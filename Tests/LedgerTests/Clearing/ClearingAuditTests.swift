import FedowProtocol
import Model
import Rules
import Testing

@testable import Ledger

@Suite("The audit of clearings")
struct ClearingAuditTests {
  /// Each is a change by a person with the file in hand, and a word of what the audit must say of it.
  @Test(
    "finds a proposal or a settlement that was changed",
    arguments: [
      ("UPDATE clearing_claims SET amount = amount + 1 WHERE number = 1", "it had taken and held"),
      ("UPDATE clearing_claims SET holder = issuer WHERE number = 1", "its claims are none"),
      (
        "UPDATE clearing_claims SET holder = '00000000-0000-4000-8000-000000000000' WHERE number = 1",
        "it names a place that there is not"
      ),
      (
        "UPDATE clearing_payments SET debtor = '00000000-0000-4000-8000-000000000000' WHERE number = 1",
        "it names a place that there is not"
      ),
      ("UPDATE clearing_parties SET net = net + 1", "do not add up to zero"),
      (
        "UPDATE clearing_parties SET net = net + CASE net WHEN 280 THEN 1 WHEN -180 THEN -1 ELSE 0 END",
        "its positions are not what its claims make"
      ),
      (
        "UPDATE clearing_payments SET amount = amount + 1 WHERE number = 1",
        "its payments are not what its positions make"
      ),
      ("UPDATE clearing_payments SET posted = NULL WHERE number = 1", "it is posted by half"),
      ("UPDATE clearing_parties SET agreed_at = NULL", "not everyone agreed"),
      ("UPDATE clearing_claims SET posted = NULL", "and none names it"),
      (
        "UPDATE clearing_claims SET posted = NULL WHERE number = 1; "
          + "UPDATE clearing_payments SET posted = (SELECT min(sequence) FROM transactions) WHERE number = 1",
        "it is not what clearing"
      ),
      ("UPDATE clearing_claims SET posted = 1 WHERE number = 1", "it is not what clearing"),
      ("UPDATE clearing_claims SET posted = 999 WHERE number = 1", "there is no transaction 999, which settles it"),
    ])
  func tampered(tampering: String, reason: String) async throws {
    let stand = try await ClearingStand()
    try await stand.ledger.running { _ in
      try await stand.trade()
      let clearing = try await stand.propose()
      for place in [stand.cafe, stand.mill] { try await stand.fund(place, 1_000) }
      for (place, net) in [(stand.bar, 280), (stand.cafe, -180), (stand.mill, -100)] as [(Books.Place, Int64)] {
        #expect(try await stand.agree(clearing, place, net: net) == "posted")
      }
    }
    #expect(try await stand.ledger.verdict().breaks == [])
    try await Self.tamper(stand, tampering)
    let breaks = try await stand.ledger.verdict().breaks
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }

  @Test(
    "finds what was settled without every bank transfer declared and confirmed", arguments: ["declared", "confirmed"])
  func unpaid(word: String) async throws {
    let stand = try await ClearingStand()
    try await stand.ledger.running { _ in
      try await stand.trade()
      let clearing = try await stand.propose(by: .bank)
      for (place, net) in [(stand.bar, 280), (stand.cafe, -180), (stand.mill, -100)] as [(Books.Place, Int64)] {
        #expect(try await stand.agree(clearing, place, net: net) == "posted")
      }
      for payment in clearing["parts"]?.elements?.first?["payments"]?.elements ?? [] {
        let fields = JSONObject([
          ("part", 1), ("payment", payment["payment"] ?? 0), ("reference", "July"), ("paid_on", "2026-08-03"),
        ])
        let debtor = payment["debtor_name"]?.text == "Cafe" ? stand.cafe : stand.mill
        #expect(try await stand.shared.outcome(stand.say(.declare, clearing, debtor, fields)) == "posted")
        #expect(try await stand.shared.outcome(stand.say(.confirm, clearing, stand.bar, fields)) == "posted")
      }
    }
    #expect(try await stand.ledger.verdict().breaks == [])
    try await Self.tamper(stand, "UPDATE clearing_payments SET \(word)_at = NULL WHERE number = 2")
    let reasons = try await stand.ledger.verdict().breaks.map(\.reason)
    #expect(reasons == ["it is settled, and not every bank transfer was declared and confirmed"])
  }

  private static func tamper(_ stand: ClearingStand, _ sql: String) async throws {
    try await AuthorityStand.tamper(
      stand.ledger.store,
      "DROP TRIGGER clearing_claims_are_final; DROP TRIGGER clearing_payments_are_final; \(sql)")
  }
}
