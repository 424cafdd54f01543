import FedowProtocol
import Model
import Transport

/// How one kind of ledger is spoken to. Pure: it makes requests and reads answers; somebody else carries them.
public protocol LedgerDialect: Sendable {
  /// The word that the configuration and the outbox use.
  var name: String { get }

  /// Whether the same signed bytes may reach the ledger twice without a second debit.
  var isIdempotent: Bool { get }

  /// How long to wait after an unanswered debit before the ledger's "not there" is believed.
  var settlingTime: Duration { get }

  /// Makes and signs the request of a debit.
  /// - Throws: `Refusal` when this ledger cannot do it.
  func sign(_ order: DebitOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit

  /// What the answer to a debit means.
  /// - Parameter isOnly: whether no other sending of it can be under way; then a refusal of whatever kind is final.
  func outcome(of debit: SignedDebit, answer: HTTPResponse, isOnly: Bool) -> DebitOutcome

  /// The path that tells whether the debit is in the ledger.
  func inquiryPath(about debit: SignedDebit) -> String

  /// What the answer to that question means.
  func outcome(of debit: SignedDebit, inquiry: HTTPResponse) -> DebitOutcome

  /// The path of a card.
  func cardPath(_ firstTagID: String) -> String

  /// Reads the answer about a card; nil when it is none. The directory keeps the same bytes and reads them again.
  func reading(parsing body: [UInt8]) -> CardReading?

  /// Makes and signs the request that takes a debit back.
  /// - Throws: `Refusal` when this ledger cannot do it.
  func sign(_ order: VoidOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit
}

extension LedgerDialect {
  /// `GET /card/{tag}/` of the Fedow protocol.
  public func cardPath(_ firstTagID: String) -> String { "/card/\(firstTagID)/" }

  /// The card of the Fedow protocol.
  public func reading(parsing body: [UInt8]) -> CardReading? { CardReading(parsing: body) }

  /// A ledger that knows no void refuses it.
  public func sign(_ order: VoidOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit {
    throw Refusal(.ledgerRefused, "This ledger cannot take a debit back. Refund the card instead.")
  }
}
