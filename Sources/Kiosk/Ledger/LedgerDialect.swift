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
}
