import FedowProtocol
import Model

/// The ledger as the pipeline and the forwarder need it; the genuine one is `LedgerClient`, tests script another.
public protocol LedgerLink: Sendable {
  /// Who is paid.
  var placeWallet: EntityID { get }

  /// How it is spoken to.
  var dialect: any LedgerDialect { get }

  /// Reads a card with its balances of this moment.
  /// - Throws: `Refusal` with code `card_unknown`, `signature_invalid` or `ledger_unreachable`.
  func readCard(_ firstTagID: String) async throws(Refusal) -> CardReading

  /// Makes the bytes of a debit; nothing is sent.
  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit

  /// Sends a debit that is already durable.
  /// - Parameters:
  ///   - isOnly: whether no other sending of it can be under way or have been answered; then every refusal is final.
  ///   - isUrgent: whether a customer is waiting; the rest goes over a connection of its own.
  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome

  /// Asks whether a debit is in the ledger.
  func inquire(_ debit: SignedDebit) async -> DebitOutcome

  /// Whether the ledger answers at all.
  func isReachable() async -> Bool

  /// Fills a card with money that this place issues, under the operator's card; gives the ledger's transaction.
  ///
  /// Never repeated by itself: the protocol has no key for it, so an unanswered refill is for the operator to look at.
  /// - Parameter asset: which; nil takes the only local fiat that the place issues.
  /// - Throws: `Refusal`.
  func refill(
    _ firstTagID: String, asset: EntityID?, amount: Amount, primaryCard: String
  ) async throws(Refusal) -> JSON
}
