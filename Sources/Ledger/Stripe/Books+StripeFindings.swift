import FedowProtocol
import GRDB
import Model

/// The rows of what Stripe has and the books do not.
///
/// What goes back or is contested is written down whosever payment it is, because Stripe may tell of it before it tells of
/// the payment; it is looked at only where the payment is this ledger's. Others may use the same account of Stripe's.
extension Books {
  private static let ours = """
    (kind = 'payment' OR payment_intent IN (SELECT payment_intent FROM stripe_payments)
      OR payment_intent IN (SELECT object FROM stripe_findings WHERE kind = 'payment'))
    """

  private func finding(_ row: Row) throws -> StripeFinding {
    let word: String = row["kind"]
    guard let kind = StripeFinding.Kind(rawValue: word) else {
      throw Refusal(.ledgerBroken, "'\(word)' is no kind of finding.")
    }
    var finding = StripeFinding(
      kind, object: row["object"], paymentIntent: row["payment_intent"], amount: row["amount"], status: row["status"],
      isUndone: row["undone"], reason: row["reason"], happenedAt: row["happened_at"], toldAt: row["told_at"])
    finding.settledAt = row.time("settled_at")
    finding.settlement = row["settlement"]
    return finding
  }

  /// Findings, the oldest first; those alone that a person still has to see to, or all.
  public func stripeFindings(open: Bool) throws -> [StripeFinding] {
    try rows("SELECT * FROM stripe_findings WHERE \(Self.ours) ORDER BY happened_at, object").map(finding).filter {
      !open || $0.isOpen
    }
  }

  /// The finding of this object of Stripe's.
  public func stripeFinding(_ object: String) throws -> StripeFinding? {
    try row("SELECT * FROM stripe_findings WHERE object = ?", [object]).map(finding)
  }

  /// What went back at Stripe without the ledger, in cents: by hand, less what failed.
  public func stripeRefundedElsewhere() throws -> Int64 {
    try row(
      """
      SELECT coalesce(sum(amount), 0) AS gone FROM stripe_findings
      WHERE kind = 'refund' AND NOT undone AND \(Self.ours)
      """
    )?["gone"] ?? 0
  }

  /// What banks contest or took back for good, in cents.
  public func stripeDisputed() throws -> Int64 {
    try row(
      """
      SELECT coalesce(sum(amount), 0) AS gone FROM stripe_findings
      WHERE kind = 'dispute' AND NOT undone AND \(Self.ours)
      """
    )?["gone"] ?? 0
  }

  /// Writes a finding down, or what Stripe says of it later; what it said earlier comes to nothing, however late it
  /// arrives. What a person settled stays settled, unless the money moves again.
  /// - Returns: whether it says anything new.
  func note(_ finding: StripeFinding, at now: LedgerTime) throws -> Bool {
    if let known = try stripeFinding(finding.object) {
      guard (finding.toldAt, finding.rank) > (known.toldAt, known.rank) else { return false }
    }
    try executeRemembered(
      """
      INSERT INTO stripe_findings (kind, object, payment_intent, amount, status, undone, reason, happened_at, told_at,
        found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (kind, object) DO UPDATE SET amount = excluded.amount, status = excluded.status,
        settled_at = CASE WHEN undone <> excluded.undone THEN NULL ELSE settled_at END, undone = excluded.undone,
        told_at = excluded.told_at
      """,
      [
        finding.kind.rawValue, finding.object, finding.paymentIntent, finding.amount, finding.status, finding.isUndone,
        finding.reason, finding.happenedAt, finding.toldAt, now.microseconds,
      ])
    return true
  }

  func settle(stripeFinding object: String, _ how: String, at now: LedgerTime) throws {
    try executeRemembered(
      "UPDATE stripe_findings SET settled_at = ?, settlement = ? WHERE object = ? AND settled_at IS NULL",
      [now.microseconds, how, object])
  }
}
