import FedowProtocol
import Model
import Rules
import Stripe

/// What became of something that Stripe said of a refund.
enum StripeRefundNews: Hashable {
  /// It says nothing new.
  case known
  /// It is a finding for a person.
  case noted
  /// It failed, and so many cents are its wallet's again or are not taken from it.
  case returned(Int64)
}

extension LedgerWriter {
  /// What Stripe says of money that went back.
  ///
  /// What the ledger asked for itself says something only when it failed after all: then its wallet has the tokens again.
  /// What the ledger did not ask for, no longer knows that it did, or has given its wallet back already, shows until a
  /// person has seen to it.
  func note(_ refund: StripeRefund, toldAt: Int64) throws -> StripeRefundNews {
    let finding = StripeFinding(refund, toldAt: toldAt)
    if let mark = StripeMark(refund.metadata, .refund, server: try books.primaryWallet()),
      let part = try books.stripeRefundPart(mark.id), part.isOf(refund), try books.stripeFinding(refund.id) == nil
    {
      if refund.status.isUndone { return try fail(part, refund, toldAt: toldAt) }
      guard try isGivenBack(part) else { return .known }
    }
    return try books.note(finding, at: now) ? .noted : .known
  }

  /// Whether a part's tokens can be spent again, and not because Stripe said that its refund failed.
  private func isGivenBack(_ part: Books.StripeRefundPart) throws -> Bool {
    guard try books.stripeFailure(of: part) == nil else { return false }
    let held = try books.reservation(part.reservation)?.state
    return part.state == .refused || held == .released || held == .expired
  }

  /// A part failed at Stripe: while nothing is burnt for it, it only ends as refused; else what was burnt comes back.
  private func fail(_ part: Books.StripeRefundPart, _ refund: StripeRefund, toldAt: Int64) throws -> StripeRefundNews {
    guard try books.stripeFailure(of: part) == nil else { return .known }
    let reason = refund.failure ?? refund.status.rawValue
    try books.insertStripeFailure(of: part, refund: refund.id, reason: reason, toldAt: toldAt, at: now)
    if part.state == .asked { try books.end(stripeRefund: part.id, refund: nil, reason: reason, at: now) }
    if try books.reservation(part.reservation)?.state == .posted { _ = try giveBackWhatFailed(part) }
    return .returned(part.amount)
  }

  /// Makes again what was burnt for a part that failed, and gives it to the wallet that it was taken from; once.
  /// - Returns: whether it was to be done.
  func giveBackWhatFailed(_ part: Books.StripeRefundPart) throws -> Bool {
    guard part.state == .done, let failure = try books.stripeFailure(of: part), !failure.isReturned else {
      return false
    }
    guard let held = try books.reservation(part.reservation), let asset = try books.asset(held.asset),
      let payment = try books.stripePayment(part.paymentIntent)
    else { throw Refusal(.ledgerBroken) }
    let posted = try post(
      PostingRules.refill(
        terms: asset.terms, from: asset.issuerWallet, to: held.wallet, amount: Amount(minorUnits: part.amount)),
      PostingDetails(
        metadata: [
          "payment_intent": JSON(part.paymentIntent), "refund": JSON(failure.refund), "failed": JSON(failure.reason),
        ], checkoutStripe: payment.checkout, isOfLedger: true, stripe: .failed(part)))
    try books.setReturned(part, creation: posted[0].entry.id, transaction: posted[1].entry.id)
    try books.note(
      Books.AuditEntry(
        "stripe_refund_failed", place: nil,
        detail: [
          "refund": JSON(failure.refund), "wallet": JSON(held.wallet.text), "amount": JSON(part.amount),
          "reason": JSON(failure.reason),
        ]), at: now)
    return true
  }
}

extension Books.StripeRefundPart {
  fileprivate func isOf(_ refund: StripeRefund) -> Bool {
    refund.amount == amount && refund.paymentIntent.map { $0 == paymentIntent } ?? true
      && self.refund.map { $0 == refund.id } ?? true
  }
}
