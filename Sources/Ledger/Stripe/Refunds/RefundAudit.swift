import GRDB

/// Holds what Stripe was asked to give back against the blocks that it became, and the primary asset against its payments.
enum RefundAudit {
  static func end(_ books: Books) throws -> [LedgerAudit.Break] {
    var breaks: [LedgerAudit.Break] = []
    let refunds = try Row.fetchCursor(
      books.database,
      sql: """
        SELECT r.id, r.state, r.amount, t.amount, t.action, t.receiver,
          (SELECT coalesce(sum(amount), 0) FROM stripe_refunds WHERE reservation = r.id AND state = 'done'),
          (SELECT coalesce(sum(amount), 0) FROM stripe_refunds WHERE reservation = r.id)
        FROM reservations r LEFT JOIN transactions t ON t.sequence = r.posted WHERE r.purpose = ? ORDER BY r.number
        """, arguments: [Reservation.Purpose.stripeRefund.rawValue])
    let primary = try books.primaryWallet().text
    while let row = try refunds.next() {
      let (state, reserved, posted): (String, Int64, Int64?) = (row[1], row[2], row[3])
      let (action, receiver, done, asked): (String?, String?, Int64, Int64) = (row[4], row[5], row[6], row[7])
      var fault: String?
      if asked > reserved { fault = "Stripe was asked for \(asked), \(reserved) was reserved" }
      if state == "posted", posted != done || action != "RFD" || receiver != primary {
        fault = "Stripe gave \(done) back, \(posted ?? 0) was burnt"
      }
      if state == "released", done != 0 { fault = "Stripe gave \(done) back, and it can be spent" }
      if let fault { breaks.append(LedgerAudit.Break(row: "refund \(row[0] as String)", reason: fault)) }
    }
    let payments = try books.rows(
      """
      SELECT p.payment_intent AS payment, p.amount AS paid, sum(s.amount) AS back FROM stripe_payments p
      JOIN stripe_refunds s ON s.payment_intent = p.payment_intent AND s.state <> 'refused'
        AND s.id NOT IN (SELECT part FROM stripe_refund_failures)
      GROUP BY p.payment_intent HAVING back > paid
      """)
    for row in payments {
      breaks.append(
        LedgerAudit.Break(
          row: "payment \(row["payment"] as String)",
          reason: "\(row["back"] as Int64) goes back of \(row["paid"] as Int64)"))
    }
    breaks += try failures(books) + unsaid(books)
    let standing = try books.primaryStanding()
    if standing.excess != 0 {
      breaks.append(
        LedgerAudit.Break(
          row: "primary asset",
          reason: "\(standing.issued) is issued; \(standing.paidIn) was paid in, \(standing.refunded) refunded and "
            + "\(standing.paidOut) paid out"))
    }
    return breaks
  }

  /// Refunds that failed after they were posted, and whose money nobody got back.
  private static func failures(_ books: Books) throws -> [LedgerAudit.Break] {
    try books.rows(
      """
      SELECT f.refund AS refund, s.amount AS amount FROM stripe_refund_failures f
      JOIN stripe_refunds s ON s.id = f.part JOIN reservations r ON r.id = s.reservation
      WHERE s.state = 'done' AND r.state = 'posted' AND f.transaction_uuid IS NULL
      """
    ).map { row in
      LedgerAudit.Break(
        row: "refund \(row["refund"] as String)",
        reason: "it failed at Stripe, and the \(row["amount"] as Int64) that was burnt for it was not given back")
    }
  }

  /// Blocks that burn primary tokens without a word of Stripe's.
  private static func unsaid(_ books: Books) throws -> [LedgerAudit.Break] {
    guard let asset = try books.federatedAsset()?.uuid else { return [] }
    return try books.rows(
      """
      SELECT t.sequence AS number, t.uuid AS uuid FROM transactions t
      WHERE t.asset = ?1 AND (t.action IN ('BNK', 'COR') OR (t.action = 'RFD' AND t.receiver = ?2))
        AND NOT EXISTS (SELECT 1 FROM reservations r WHERE r.posted = t.sequence AND r.purpose IN (?3, ?4))
        AND NOT EXISTS (SELECT 1 FROM stripe_deposits d WHERE d.transaction_uuid = t.uuid AND d.amount = t.amount)
      ORDER BY t.sequence
      """,
      [
        asset.text, try books.primaryWallet().text, Reservation.Purpose.stripeRefund.rawValue,
        Reservation.Purpose.payout.rawValue,
      ]
    ).map { row in
      LedgerAudit.Break(
        row: "transaction \(row["number"] as Int64) (\(row["uuid"] as String))",
        reason: "it burns federated money, and Stripe gave nothing back or out for it")
    }
  }
}
