import FedowProtocol
import Model

/// Learns which of this kiosk's refused offline debits were settled elsewhere, so that their cards may pay here again.
///
/// By the ledger's word about each debit, which is never settled twice: the hotlist says neither which debits of a card it
/// means nor, when an answer took long, whether it is of before the refusal.
struct SettlementReview: Sendable {
  let store: KioskStore
  let ledger: any LedgerLink

  /// Asks about those that the ledger does not list as open, and releases what it says is settled. A debit that it knows
  /// nothing of stays for an operator to decide.
  func review(at time: LedgerTime) async {
    guard let claims = try? await store.claims(), !claims.isEmpty,
      let listed = try? await ledger.call("GET", "/v1/unsettled/", body: nil, patience: .zero).elements
    else { return }
    let open = Set(listed.compactMap { $0["debit"]?.text })
    for claim in claims where !open.contains(claim.text) {
      do {
        let report = try await ledger.call("GET", "/v1/debits/\(claim.text)/", body: nil, patience: .zero)
        guard let end = Self.end(of: claim, report) else { continue }
        try await store.release(
          debit: claim,
          audit: AuditEntry(
            at: time, what: "settled_elsewhere", operatorCard: nil, subject: claim.text, detail: end))
      } catch {
        if error.code == .ledgerUnreachable || error.code == .rateLimited { return }
      }
    }
  }

  /// How a refused debit was settled: `posted`, `voided` or `forgiven`; nil when it was not, or is not what is reported of.
  private static func end(of claim: EntityID, _ report: JSON) -> String? {
    guard report["id"]?.text == claim.text, let state = report["state"]?.text else { return nil }
    guard state == "refused" else { return ["posted", "voided"].contains(state) ? state : nil }
    return report["settlement"]?.text == "forgiven" ? "forgiven" : nil
  }
}
