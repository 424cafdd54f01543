import FedowProtocol
import GRDB
import Model

/// The rows of checkouts and payments.
extension Books {
  private func checkout(_ row: Row) throws -> StripeCheckout {
    let word: String = row["state"]
    guard let state = StripeCheckout.State(rawValue: word) else {
      throw Refusal(.ledgerBroken, "'\(word)' is no state of a checkout.")
    }
    return StripeCheckout(
      id: try row.id("id"), wallet: try row.id("wallet"), place: try row.optionalID("place"), amount: row["amount"],
      returnURL: row["return_url"], signedData: row["signed_data"], session: row["session"], url: row["url"],
      state: state, createdAt: LedgerTime(microseconds: row["created_at"]))
  }

  /// The checkout of this id.
  public func stripeCheckout(_ id: EntityID) throws -> StripeCheckout? {
    try row("SELECT * FROM stripe_checkouts WHERE id = ?", [id.text]).map(checkout)
  }

  /// Checkouts that are neither paid nor over, the oldest first.
  public func openStripeCheckouts(before: LedgerTime? = nil, limit: Int = 1000) throws -> [StripeCheckout] {
    try rows(
      """
      SELECT * FROM stripe_checkouts WHERE state IN ('created', 'open') AND created_at <= ? ORDER BY created_at LIMIT ?
      """, [before?.microseconds ?? .max, limit]
    ).map(checkout)
  }

  func insert(_ checkout: StripeCheckout) throws {
    try executeRemembered(
      """
      INSERT INTO stripe_checkouts (id, wallet, place, amount, return_url, signed_data, session, url, state, created_at,
        updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
      """,
      [
        checkout.id.text, checkout.wallet.text, checkout.place?.text, checkout.amount, checkout.returnURL,
        checkout.signedData, checkout.session, checkout.url, checkout.state.rawValue, checkout.createdAt.microseconds,
      ])
  }

  /// Stripe made the page; one that was paid or ended meanwhile stays so.
  func open(stripeCheckout id: EntityID, session: String, url: String?, at now: LedgerTime) throws {
    try executeRemembered(
      """
      UPDATE stripe_checkouts SET session = coalesce(session, ?2), url = coalesce(?3, url), updated_at = ?4,
        state = CASE state WHEN 'created' THEN 'open' ELSE state END WHERE id = ?1
      """, [id.text, session, url, now.microseconds])
  }

  /// The page ended unpaid; one that was paid stays so, in whatever order Stripe tells it.
  func expire(stripeCheckout id: EntityID, at now: LedgerTime) throws {
    try executeRemembered(
      "UPDATE stripe_checkouts SET state = 'expired', url = NULL, updated_at = ? WHERE id = ? AND state <> 'paid'",
      [now.microseconds, id.text])
  }

  private func payment(_ row: Row) throws -> StripePayment {
    StripePayment(
      paymentIntent: row["payment_intent"], session: row["session"], checkout: try row.id("checkout"),
      wallet: try row.id("wallet"), amount: row["amount"], creation: try row.id("creation"),
      transaction: try row.id("transaction_uuid"), paidAt: LedgerTime(microseconds: row["paid_at"]),
      creditedAt: LedgerTime(microseconds: row["credited_at"]))
  }

  /// The payment that Stripe names so; nil when it was not credited.
  public func stripePayment(_ paymentIntent: String) throws -> StripePayment? {
    try row("SELECT * FROM stripe_payments WHERE payment_intent = ?", [paymentIntent]).map(payment)
  }

  /// The payments that filled a wallet, the oldest first.
  public func stripePayments(of wallet: EntityID) throws -> [StripePayment] {
    try rows(
      "SELECT * FROM stripe_payments WHERE wallet = ? ORDER BY credited_at, payment_intent", [wallet.text]
    ).map(payment)
  }

  /// All payments that were taken since an instant, the oldest first.
  public func stripePayments(since: LedgerTime? = nil) throws -> [StripePayment] {
    try rows(
      "SELECT * FROM stripe_payments WHERE paid_at >= ? ORDER BY credited_at, payment_intent",
      [since?.microseconds ?? .min]
    ).map(payment)
  }

  /// The sum of all payments that were credited, in cents.
  public func stripePaidIn() throws -> Int64 {
    try row("SELECT \(Self.sum("amount")) AS paid FROM stripe_payments")?["paid"] ?? 0
  }

  func insert(_ payment: StripePayment) throws {
    try executeRemembered(
      """
      INSERT INTO stripe_payments (payment_intent, session, checkout, wallet, amount, creation, transaction_uuid, paid_at,
        credited_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        payment.paymentIntent, payment.session, payment.checkout.text, payment.wallet.text, payment.amount,
        payment.creation.text, payment.transaction.text, payment.paidAt.microseconds, payment.creditedAt.microseconds,
      ])
    try executeRemembered(
      """
      UPDATE stripe_checkouts SET state = 'paid', url = NULL, session = coalesce(session, ?2), updated_at = ?3
        WHERE id = ?1
      """, [payment.checkout.text, payment.session, payment.creditedAt.microseconds])
  }

  /// The money that Stripe stands behind.
  func federatedAsset() throws -> Asset? {
    try row("SELECT uuid FROM assets WHERE category = 'FED'").flatMap { try asset($0.id("uuid")) }
  }
}
