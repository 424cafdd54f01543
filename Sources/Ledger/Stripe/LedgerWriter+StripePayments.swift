import FedowProtocol
import Model
import Rules

/// What became of a payment that Stripe told of.
enum StripeCredit: Hashable {
  /// It is credited now.
  case credited(StripePayment)
  /// It was before.
  case known(StripePayment)
  /// It cannot be; a finding says why.
  case found(StripeFinding)
}

extension LedgerWriter {
  /// Credits a payment, once however often and in whatever order Stripe tells of it: the tokens are created and given in
  /// one posting, with the row that says so.
  ///
  /// Where the row of the checkout is missing, as after a restored backup, the mark at Stripe says whose it is.
  func credit(_ paid: StripePaid) throws -> StripeCredit {
    if let known = try books.stripePayment(paid.paymentIntent) {
      guard known.amount == paid.amount else {
        return try find(paid, "it was credited with \(Amount(minorUnits: known.amount))")
      }
      return .known(known)
    }
    guard let asset = try books.federatedAsset() else { return try find(paid, "there is no federated money here") }
    guard paid.currency == "eur" else { return try find(paid, "it is in \(paid.currency), not in euros") }
    guard paid.amount > 0 else { return try find(paid, "its amount is not positive") }
    guard let checkout = try books.stripeCheckout(paid.mark.id) ?? restored(paid) else {
      return try find(paid, "its wallet \(paid.mark.subject) is not known here")
    }
    guard checkout.wallet == paid.mark.subject else {
      return try find(paid, "it names another wallet than its checkout \(checkout.id)")
    }
    let posted = try post(
      PostingRules.refill(
        terms: asset.terms, from: asset.issuerWallet, to: checkout.wallet, amount: Amount(minorUnits: paid.amount)),
      PostingDetails(
        metadata: ["payment_intent": JSON(paid.paymentIntent), "session": JSON(paid.session ?? checkout.session)],
        checkoutStripe: checkout.id, stripe: .paid(paid)))
    let payment = StripePayment(
      paymentIntent: paid.paymentIntent, session: paid.session ?? checkout.session, checkout: checkout.id,
      wallet: checkout.wallet, amount: paid.amount, creation: posted[0].entry.id, transaction: posted[1].entry.id,
      paidAt: LedgerTime(microseconds: 0).adding(seconds: paid.at), creditedAt: posted[1].entry.datetime)
    try books.insert(payment)
    try books.settle(stripeFinding: paid.paymentIntent, "credited", at: now)
    return .credited(payment)
  }

  private func find(_ paid: StripePaid, _ reason: String) throws -> StripeCredit {
    let finding = StripeFinding(paid, reason: reason)
    _ = try books.note(finding, at: now)
    return .found(finding)
  }

  private func restored(_ paid: StripePaid) throws -> StripeCheckout? {
    guard try books.walletExists(paid.mark.subject) else { return nil }
    let checkout = StripeCheckout(
      id: paid.mark.id, wallet: paid.mark.subject, place: nil, amount: paid.amount, returnURL: "", signedData: nil,
      session: paid.session, url: nil, state: .open, createdAt: now)
    try books.insert(checkout)
    return checkout
  }
}
