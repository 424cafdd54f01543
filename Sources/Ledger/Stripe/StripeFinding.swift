import FedowProtocol
import Model
import Stripe

/// Something that Stripe has and the books do not: money that went back by hand, that a bank contests, or that came for
/// nobody here. A person has to see to it; until then it shows in the invariant of the federated money.
public struct StripeFinding: Hashable, Sendable {
  /// What kind.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Stripe took money that could not be credited.
    case payment
    /// Stripe gave money back without the ledger.
    case refund
    /// The payer's bank contests a payment.
    case dispute
  }

  /// What kind.
  public let kind: Kind
  /// Stripe's name for it: `re_...`, `dp_...`, `pi_...`.
  public let object: String
  /// The payment that it is about.
  public let paymentIntent: String?
  /// Cents.
  public let amount: Int64
  /// In Stripe's word.
  public let status: String
  /// Whether the money is where it was after all: a refund that failed, a dispute that was won.
  public let isUndone: Bool
  /// What is the matter, for a person.
  public let reason: String
  /// When it happened, in seconds since 1970.
  public let happenedAt: Int64
  /// As of when Stripe told this of it, in seconds since 1970: of two words the later one counts.
  public let toldAt: Int64
  /// When a person saw to it, and how; nil until then.
  public internal(set) var settledAt: LedgerTime?
  /// How a person saw to it.
  public internal(set) var settlement: String?

  /// Whether a person still has to see to it.
  public var isOpen: Bool { settledAt == nil && !isUndone }

  init(
    _ kind: Kind, object: String, paymentIntent: String?, amount: Int64, status: String, isUndone: Bool, reason: String,
    happenedAt: Int64, toldAt: Int64
  ) {
    self.kind = kind
    self.object = object
    self.paymentIntent = paymentIntent
    self.amount = amount
    self.status = status
    self.isUndone = isUndone
    self.reason = reason
    self.happenedAt = happenedAt
    self.toldAt = toldAt
  }

  /// A refund that the ledger did not ask for.
  init(_ refund: StripeRefund, toldAt: Int64) {
    self.init(
      .refund, object: refund.id, paymentIntent: refund.paymentIntent, amount: refund.amount,
      status: refund.status.rawValue, isUndone: refund.status.isUndone,
      reason: "given back at Stripe, not by the ledger",
      happenedAt: refund.created, toldAt: toldAt)
  }

  /// A payment that is contested.
  init(_ dispute: StripeDispute, toldAt: Int64) {
    self.init(
      .dispute, object: dispute.id, paymentIntent: dispute.paymentIntent, amount: dispute.amount,
      status: dispute.status, isUndone: dispute.isUndone, reason: "the payer's bank contests the payment",
      happenedAt: dispute.created, toldAt: toldAt)
  }

  /// A payment that nobody here can be credited with.
  init(_ paid: StripePaid, reason: String) {
    self.init(
      .payment, object: paid.paymentIntent, paymentIntent: paid.paymentIntent, amount: paid.amount, status: "paid",
      isUndone: false, reason: reason, happenedAt: paid.at, toldAt: paid.at)
  }

  /// Which of two words that Stripe told within one second is the later one: what ended stays ended.
  var rank: Int { isUndone || status == "lost" ? 2 : status == "pending" || status == "needs_response" ? 0 : 1 }
}
