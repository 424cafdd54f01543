import FedowProtocol
import Model

extension Administration {
  /// What the ledger has of Stripe's.
  public struct StripeStatus: Sendable {
    /// Cents that were credited.
    public let paidIn: Int64
    /// Cents that went back at Stripe without the ledger.
    public let refundedElsewhere: Int64
    /// Cents that banks contest or took back.
    public let disputed: Int64
    /// Pages that are neither paid nor over.
    public let openCheckouts: Int
    /// Events that wait to be processed.
    public let waitingEvents: Int64
    /// What a person has to see to.
    public let findings: [StripeFinding]
    /// Places' accounts.
    public let accounts: [(place: String, account: StripePlaceAccount)]
  }

  /// What the ledger has of Stripe's; Stripe is not asked.
  public func stripeStatus() async throws -> StripeStatus {
    try await store.read { books in
      StripeStatus(
        paidIn: try books.stripePaidIn(), refundedElsewhere: try books.stripeRefundedElsewhere(),
        disputed: try books.stripeDisputed(), openCheckouts: try books.openStripeCheckouts(limit: 100_000).count,
        waitingEvents: try books.waitingStripeEvents(), findings: try books.stripeFindings(open: true),
        accounts: try books.stripeAccounts().map { (try books.place($0.place)?.name ?? $0.place.text, $0) })
    }
  }

  /// A person has seen to a finding.
  /// - Throws: `Refusal` with `not_found`.
  public func settle(stripeFinding object: String, note: String) async throws -> StripeFinding {
    try await write { ledger in
      guard try ledger.books.stripeFinding(object) != nil else {
        throw Refusal(.notFound, "There is no finding '\(object)'. See: ledgerd stripe status")
      }
      try ledger.books.settle(stripeFinding: object, note, at: ledger.now)
      try ledger.books.note(
        Books.AuditEntry("stripe_settled", place: nil, detail: ["object": JSON(object), "note": JSON(note)]),
        at: ledger.now)
      guard let finding = try ledger.books.stripeFinding(object) else { throw Refusal(.ledgerBroken) }
      return finding
    }
  }
}
