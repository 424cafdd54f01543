import FedowProtocol
import Model
import Rules
import Stripe

/// By what of Stripe's there is more or less of the primary asset.
///
/// One token stands for one cent that Stripe holds, so nothing but something that Stripe said makes or burns any: a word is
/// made of an answer or an event of Stripe's alone, and is good for the cents that it names.
struct StripeWord: Hashable, Sendable {
  private enum Kind { case paidIn, refunded, paidOut }

  private let kind: Kind
  private let cents: Int64

  /// A payment that Stripe took.
  static func paid(_ paid: StripePaid) -> StripeWord { StripeWord(kind: .paidIn, cents: paid.amount) }

  /// A refund that failed, so that what was paid is there again.
  static func failed(_ part: Books.StripeRefundPart) -> StripeWord { StripeWord(kind: .paidIn, cents: part.amount) }

  /// What Stripe gave back of a refund.
  static func refunded(_ parts: [Books.StripeRefundPart]) -> StripeWord {
    StripeWord(kind: .refunded, cents: parts.filter { $0.state == .done }.reduce(0) { $0 + $1.amount })
  }

  /// What Stripe transferred to a place's account.
  static func transferred(_ cents: Int64) -> StripeWord { StripeWord(kind: .paidOut, cents: cents) }

  /// Whether a posting does what was said.
  func covers(_ posting: Posting) -> Bool {
    guard posting.amount.minorUnits == cents, cents > 0 else { return false }
    switch kind {
    case .paidIn: return posting.action == .creation || posting.action == .refill
    case .refunded: return posting.action == .refund && posting.receiver == posting.terms.issuerWallet
    case .paidOut: return posting.action == .bankDeposit
    }
  }
}

extension PostingDetails {
  /// Refuses to make or burn primary tokens unless Stripe said so: the last line of defence, whatever asks for it.
  /// - Throws: `Refusal` with `forbidden`.
  func checkStripe(_ posting: Posting, _ movements: [Movement]) throws(Refusal) {
    guard posting.terms.category == .federated else { return }
    let makes: Set<TransactionAction> = [.creation, .refill, .bankDeposit, .correction]
    guard PostingRules.supplyChange(of: movements) != 0 || makes.contains(posting.action) else { return }
    guard stripe?.covers(posting) == true else {
      throw Refusal(.forbidden, "Federated money is made and burnt by what Stripe says alone.")
    }
  }
}
