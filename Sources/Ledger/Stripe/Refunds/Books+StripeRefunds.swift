import FedowProtocol
import GRDB
import Model

/// The rows of what Stripe was asked to give back.
extension Books {
  /// One payment's part of a refund.
  struct StripeRefundPart: Hashable {
    enum State: String { case asked, done, refused }

    /// What Stripe knows it by, here and in its own books.
    let id: EntityID
    let reservation: EntityID
    let paymentIntent: String
    /// Cents.
    let amount: Int64
    let state: State
    /// Stripe's name for it: `re_...`.
    var refund: String?
    let askedAt: LedgerTime
  }

  private func part(_ row: Row) throws -> StripeRefundPart {
    guard let state = StripeRefundPart.State(rawValue: row["state"]) else { throw Refusal(.ledgerBroken) }
    return StripeRefundPart(
      id: try row.id("id"), reservation: try row.id("reservation"), paymentIntent: row["payment_intent"],
      amount: row["amount"], state: state, refund: row["refund"], askedAt: LedgerTime(microseconds: row["asked_at"]))
  }

  /// The parts of a refund, in the order in which they are asked for.
  func stripeRefundParts(of reservation: EntityID) throws -> [StripeRefundPart] {
    try rows("SELECT * FROM stripe_refunds WHERE reservation = ? ORDER BY rowid", [reservation.text]).map(part)
  }

  /// The part that Stripe knows by this id.
  func stripeRefundPart(_ id: EntityID) throws -> StripeRefundPart? {
    try row("SELECT * FROM stripe_refunds WHERE id = ?", [id.text]).map(part)
  }

  /// What can still go back to a payment, in cents: less what the ledger asked for and did not fail, what somebody gave back
  /// by hand, and what a bank contests.
  func refundableAmount(of payment: StripePayment) throws -> Int64 {
    let gone: Int64 =
      try row(
        """
        SELECT (SELECT coalesce(sum(amount), 0) FROM stripe_refunds WHERE payment_intent = ?1 AND state <> 'refused'
              AND id NOT IN (SELECT part FROM stripe_refund_failures))
          + (SELECT coalesce(sum(amount), 0) FROM stripe_findings
              WHERE payment_intent = ?1 AND kind IN ('refund', 'dispute') AND NOT undone) AS gone
        """, [payment.paymentIntent])?["gone"] ?? 0
    return max(0, payment.amount - gone)
  }

  func insert(_ part: StripeRefundPart) throws {
    try executeRemembered(
      """
      INSERT INTO stripe_refunds (id, reservation, payment_intent, amount, state, asked_at)
      VALUES (?, ?, ?, ?, 'asked', ?)
      """,
      [
        part.id.text, part.reservation.text, part.paymentIntent, part.amount, part.askedAt.microseconds,
      ])
  }

  /// Ends a part; one that has ended stays as it is.
  func end(stripeRefund id: EntityID, refund: String?, reason: String?, at now: LedgerTime) throws {
    try executeRemembered(
      "UPDATE stripe_refunds SET state = ?, refund = ?, reason = ?, ended_at = ? WHERE id = ? AND state = 'asked'",
      [refund == nil ? "refused" : "done", refund, reason, now.microseconds, id.text])
  }
}
