import FedowProtocol
import Model

/// The ledger as the pipeline and the forwarder need it; the genuine one is `LedgerClient`, tests script another.
public protocol LedgerLink: Sendable {
  /// Who is paid.
  var placeWallet: EntityID { get }

  /// How it is spoken to.
  var dialect: any LedgerDialect { get }

  /// Reads a card with its balances of this moment.
  /// - Throws: `Refusal` with code `unknown_card`, `signature_invalid` or `ledger_unreachable`.
  func readCard(_ firstTagID: String) async throws(Refusal) -> CardReading

  /// Makes the bytes of a debit; nothing is sent.
  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit

  /// Sends a debit that is already durable.
  /// - Parameters:
  ///   - isOnly: whether no other sending of it can be under way or have been answered; then every refusal is final.
  ///   - isUrgent: whether a customer is waiting; the rest goes over a connection of its own.
  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome

  /// Asks whether a debit is in the ledger.
  /// - Parameter isSettled: whether no sending of it can still be under way, so that "not there" is final.
  func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome

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

  /// The same, with what it was paid with: a word of the ledger's reports, like `cash` or `card`.
  func refill(
    _ firstTagID: String, asset: EntityID?, amount: Amount, primaryCard: String, means: String?
  ) async throws(Refusal) -> JSON

  /// Makes the bytes that take a debit back; nothing is sent.
  func sign(_ order: VoidOrder) throws(Refusal) -> SignedDebit

  /// The bytes of a row that another key of this kiosk has signed, by the one that it has now; nil when there is no need.
  /// - Throws: `Refusal` with code `key_invalid`.
  func renewed(_ debit: SignedDebit) throws(Refusal) -> SignedDebit?

  /// Makes a call of the ledger's native API that moves no money: hotlist, policy, devices, settlements.
  /// - Parameters:
  ///   - body: what is signed and sent; nil for a GET.
  ///   - patience: how long the answer may take; a long poll takes its time.
  /// - Throws: `Refusal`; `ledger_unreachable` when no answer came, `ledger_refused` from a ledger without that API.
  func call(_ method: String, _ path: String, body: JSON?, patience: Duration) async throws(Refusal) -> JSON
}

extension LedgerLink {
  /// A ledger that knows no devices needs nothing signed anew.
  public func renewed(_ debit: SignedDebit) throws(Refusal) -> SignedDebit? { nil }

  /// A ledger that is not told what refills are paid with.
  public func refill(
    _ firstTagID: String, asset: EntityID?, amount: Amount, primaryCard: String, means: String?
  ) async throws(Refusal) -> JSON {
    try await refill(firstTagID, asset: asset, amount: amount, primaryCard: primaryCard)
  }

  /// A ledger that knows no void refuses it.
  public func sign(_ order: VoidOrder) throws(Refusal) -> SignedDebit {
    throw Refusal(.ledgerRefused, "This ledger cannot take a debit back. Refund the card instead.")
  }

  /// A ledger without a native API refuses every call of it.
  public func call(
    _ method: String, _ path: String, body: JSON?, patience: Duration
  ) async throws(Refusal) -> JSON {
    throw Refusal(.ledgerRefused, "This ledger has no native API.")
  }
}
