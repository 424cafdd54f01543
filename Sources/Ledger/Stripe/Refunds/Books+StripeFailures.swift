import FedowProtocol
import GRDB
import Model

/// The rows of refunds that Stripe took and that failed later.
extension Books {
  /// What Stripe said of a part that failed.
  struct StripeFailure: Hashable {
    /// `re_...`.
    let refund: String
    let reason: String
    /// Whether what was burnt for it was given back.
    let isReturned: Bool
  }

  func stripeFailure(of part: StripeRefundPart) throws -> StripeFailure? {
    try row("SELECT * FROM stripe_refund_failures WHERE part = ?", [part.id.text]).map { row in
      StripeFailure(
        refund: row["refund"], reason: row["reason"],
        isReturned: (row["transaction_uuid"] as String?) != nil)
    }
  }

  func insertStripeFailure(
    of part: StripeRefundPart, refund: String, reason: String, toldAt: Int64, at now: LedgerTime
  ) throws {
    try executeRemembered(
      "INSERT INTO stripe_refund_failures (part, refund, reason, told_at, found_at) VALUES (?, ?, ?, ?, ?)",
      [part.id.text, refund, reason, toldAt, now.microseconds])
  }

  func setReturned(_ part: StripeRefundPart, creation: EntityID, transaction: EntityID) throws {
    try executeRemembered(
      "UPDATE stripe_refund_failures SET creation = ?, transaction_uuid = ? WHERE part = ?",
      [creation.text, transaction.text, part.id.text])
  }

  /// What was given back, and the blocks that it was given by.
  func stripeReturns() throws -> [PaymentAudit.Credit] {
    try rows(
      """
      SELECT f.refund, f.creation, f.transaction_uuid, p.checkout, r.wallet, s.amount
      FROM stripe_refund_failures f JOIN stripe_refunds s ON s.id = f.part JOIN reservations r ON r.id = s.reservation
      JOIN stripe_payments p ON p.payment_intent = s.payment_intent
      WHERE f.transaction_uuid IS NOT NULL ORDER BY f.refund
      """
    ).map { row in
      PaymentAudit.Credit(
        name: "refund \(row["refund"] as String)", creation: try row.id("creation"),
        transaction: try row.id("transaction_uuid"), checkout: try row.id("checkout"), wallet: try row.id("wallet"),
        amount: row["amount"])
    }
  }
}
