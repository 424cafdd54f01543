import FedowProtocol
import GRDB
import Model

/// What stands behind the primary asset: each token was paid for with a cent, until it was paid back or out.
public struct PrimaryStanding: Hashable, Sendable {
  /// What there is of it, in cents.
  public let issued: Int64
  /// What Stripe took for it.
  public let paidIn: Int64
  /// What went back to payments, less what came back from there.
  public let refunded: Int64
  /// What was paid out to places.
  public let paidOut: Int64

  /// What there is too much of it, in cents; 0 when the books are right.
  public var excess: Int64 {
    Int64(clamping: Int128(issued) - (Int128(paidIn) - Int128(refunded) - Int128(paidOut)))
  }

  /// As programs read it.
  public var json: JSON {
    [
      "issued": JSON(issued), "paid_in": JSON(paidIn), "refunded": JSON(refunded), "paid_out": JSON(paidOut),
      "excess": JSON(excess),
    ]
  }
}

extension Books {
  /// The primary asset, held against what was paid for it.
  public func primaryStanding() throws -> PrimaryStanding {
    let asset = try federatedAsset()?.uuid
    let sum = { (sql: String) -> Int64 in try self.row(sql, [asset?.text])?["total"] ?? 0 }
    return PrimaryStanding(
      issued: try sum("SELECT \(Self.sum("balance")) AS total FROM tokens WHERE asset = ?"),
      paidIn: try stripePaidIn(),
      refunded: try sum(
        """
        SELECT \(Self.sum("s.amount")) AS total FROM stripe_refunds s JOIN reservations r ON r.id = s.reservation
        WHERE s.state = 'done' AND r.state = 'posted' AND r.asset = ?
          AND s.id NOT IN (SELECT part FROM stripe_refund_failures WHERE transaction_uuid IS NOT NULL)
        """),
      paidOut: try sum(
        "SELECT \(Self.sum("amount")) AS total FROM transactions WHERE asset = ? AND action = 'BNK'"))
  }
}

extension Administration {
  /// The primary asset, held against what was paid for it.
  public func primaryStanding() async throws -> PrimaryStanding { try await store.read { try $0.primaryStanding() } }
}
