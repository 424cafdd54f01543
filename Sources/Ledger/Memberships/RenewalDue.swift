import FedowProtocol
import Model
import Rules

/// A renewal whose time has come.
struct RenewalDue {
  let asset: Books.Asset
  let terms: MembershipTerms
  /// Where the period begins that is to be paid, in microseconds since 1970: where the last one ends.
  let start: Int64
  /// What was tried of it before.
  let earlier: Books.Renewal?
  /// Whether to try, or to give up.
  let step: RenewalRules.Step
}

extension Books {
  /// What is to be done about a membership now; nil: nothing, or nothing yet.
  func renewalDue(_ candidate: RenewalCandidate, at now: LedgerTime) throws -> RenewalDue? {
    guard let asset = try asset(candidate.asset),
      let terms = try membershipTerms(of: candidate.asset).inForce(at: now.microseconds),
      let end = try memberships(of: candidate.wallet, in: candidate.asset).latest?.end
    else { return nil }
    let earlier = try renewal(of: candidate.wallet, in: candidate.asset, start: end)
    if let earlier, earlier.state != .failing { return nil }
    let step = RenewalRules.step(
      end: end, period: terms.period, grace: terms.grace, tries: earlier?.tries ?? 0,
      last: earlier?.triedAt.microseconds, now: now.microseconds)
    if case .wait = step { return nil }
    return RenewalDue(asset: asset, terms: terms, start: end, earlier: earlier, step: step)
  }
}
