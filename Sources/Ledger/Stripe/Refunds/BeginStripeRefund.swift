import FedowProtocol
import Model
import Rules

extension Reservation.Purpose {
  /// Federated money on its way back to the payments that it came from.
  public static let stripeRefund = Self(rawValue: "stripe_refund")
}

/// Reserves what a wallet holds of the federated money and writes down what Stripe is to be asked for, before it is.
struct BeginStripeRefund: LedgerCommand {
  let wallet: EntityID

  /// 201 with the reservation, 200 when there is nothing to give back.
  /// - Throws: `Rejection`: 409 while an earlier refund goes on, 404 without a payment, 406 when they do not cover it;
  ///   `Refusal` with `card_unsettled` while a card of the wallet's owes for what was taken offline.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    try books.checkNothingIsOwed(by: wallet)
    guard let asset = try books.federatedAsset() else { throw Rejection.noSuch("Token") }
    if try books.openReservations(of: asset.uuid, in: wallet).contains(where: { $0.purpose == .stripeRefund }) {
      throw Rejection(Refusal(.moneyReserved, "This money is being given back already."), status: 409)
    }
    let balance = try books.balance(of: asset.uuid, in: wallet) ?? 0
    guard balance > 0 else { return Answer(status: 200, ["reservation": .null]) }
    // The newest first: the card that it was paid with is the likeliest to be there still.
    let payments = Array(try books.stripePayments(of: wallet).reversed())
    guard !payments.isEmpty else { throw Rejection.noSuch("CheckoutStripe") }
    guard let parts = PaymentRules.parts(of: balance, over: try payments.map { try books.refundableAmount(of: $0) })
    else {
      throw Rejection(
        Refusal(.insufficientFunds, "The payments of this wallet do not cover what it holds."), status: 406)
    }
    let reservation = try ledger.reserve(
      ReservationOrder(
        id: ledger.newID(), wallet: wallet, asset: asset.uuid, amount: balance, purpose: .stripeRefund, expiresAt: nil))
    try ledger.setAsked(reservation: reservation.id)
    for (payment, amount) in zip(payments, parts) where amount > 0 {
      try books.insert(
        Books.StripeRefundPart(
          id: ledger.newID(), reservation: reservation.id, paymentIntent: payment.paymentIntent, amount: amount,
          state: .asked, askedAt: ledger.now))
    }
    return Answer(status: 201, ["reservation": JSON(reservation.id.text)])
  }
}

/// Stripe's word about one part.
struct EndStripeRefundPart: LedgerCommand {
  let id: EntityID
  /// `re_...`; nil when Stripe refused.
  let refund: String?
  let reason: String?

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.books.end(stripeRefund: id, refund: refund, reason: reason, at: ledger.now)
    return Answer([:])
  }
}

/// Once Stripe has spoken of every part: what went back is burnt, the rest can be spent again.
struct EndStripeRefund: LedgerCommand {
  let reservation: EntityID

  /// 200 with how much went back, in cents; nothing changes the second time.
  /// - Throws: `Refusal` with `money_reserved` while Stripe's word about a part is missing.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    let parts = try books.stripeRefundParts(of: reservation)
    guard let held = try books.reservation(reservation), let asset = try books.asset(held.asset), !parts.isEmpty else {
      throw Refusal(.ledgerBroken)
    }
    guard parts.allSatisfy({ $0.state != .asked }) else { throw Refusal(.moneyReserved) }
    let done = parts.filter { $0.state == .done }
    let amount = done.reduce(0) { $0 + $1.amount }
    guard amount > 0 else {
      try ledger.release(reservation: reservation, because: "Stripe refused")
      return Answer(["refunded": 0])
    }
    let metadata: JSON = [
      "refund": JSON(reservation.text),
      "payments": .array(
        done.map {
          ["payment_intent": JSON($0.paymentIntent), "refund": JSON($0.refund), "amount": JSON($0.amount)]
        }),
    ]
    try ledger.post(
      reservation: reservation,
      as: Posting(
        action: .refund, sender: held.wallet, receiver: try books.primaryWallet(), terms: asset.terms,
        amount: Amount(minorUnits: amount)), PostingDetails(metadata: metadata, stripe: .refunded(done)))
    // Stripe may have told of a failure before this.
    for part in done { _ = try ledger.giveBackWhatFailed(part) }
    return Answer(["refunded": JSON(amount)])
  }
}
