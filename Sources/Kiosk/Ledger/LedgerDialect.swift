import FedowProtocol
import Model
import Transport

/// How one kind of ledger is spoken to. Pure: it makes requests and reads answers; somebody else carries them.
public protocol LedgerDialect: Sendable {
  /// The word that the configuration and the outbox use.
  var name: String { get }

  /// Whether the same signed bytes may reach the ledger twice without a second debit.
  var isIdempotent: Bool { get }

  /// How long after an unanswered sending the ledger may still commit it; before that its "not there" is not believed.
  var settlingTime: Duration { get }

  /// Whether one call may debit several assets; else a tap becomes one debit an asset.
  var debitsSeveralAssets: Bool { get }

  /// Makes and signs the request of a debit.
  /// - Throws: `Refusal` when this ledger cannot do it.
  func sign(_ order: DebitOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit

  /// What the answer to a debit means.
  /// - Parameter isOnly: whether no other sending of it can be under way; then a refusal of whatever kind is final.
  func outcome(of debit: SignedDebit, answer: HTTPResponse, isOnly: Bool) -> DebitOutcome

  /// What finds out whether the debit is in the ledger.
  /// - Parameter isSettled: whether no sending of it can still be under way, so that "not there" is final.
  func inquiry(about debit: SignedDebit, isSettled: Bool) -> any DebitInquiry

  /// The path of a card.
  func cardPath(_ firstTagID: String) -> String

  /// Reads the answer about a card; nil when it is none. The directory keeps the same bytes and reads them again.
  func reading(parsing body: [UInt8]) -> CardReading?

  /// Whether this ledger lets the kiosk take the debit back.
  func canTakeBack(_ order: VoidOrder) -> Bool

  /// The same request by the key that the kiosk has now; nil when that key has signed it, when it pays another place, or
  /// when this ledger knows no devices.
  /// - Throws: `Refusal` with code `key_invalid`.
  func renewed(_ debit: SignedDebit, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit?

  /// Makes and signs the request that takes a debit back.
  /// - Throws: `Refusal` when this ledger cannot do it.
  func sign(_ order: VoidOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit
}

extension LedgerDialect {
  /// `GET /card/{tag}/` of the Fedow protocol.
  public func cardPath(_ firstTagID: String) -> String { "/card/\(firstTagID)/" }

  /// The card of the Fedow protocol.
  public func reading(parsing body: [UInt8]) -> CardReading? { CardReading(parsing: body) }

  /// Nothing is signed anew.
  public func renewed(_ debit: SignedDebit, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit? { nil }

  /// Every debit can be taken back.
  public func canTakeBack(_ order: VoidOrder) -> Bool { true }
}
