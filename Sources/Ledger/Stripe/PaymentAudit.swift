import FedowProtocol
import Model

/// Holds the payments of Stripe's against the blocks that they became: each is credited with its amount, once, to its
/// wallet, and so is each refund that failed; and no primary tokens are made by anything that is not there.
struct PaymentAudit {
  private var blocks: [EntityID: Books.Posted] = [:]

  /// What a creation and the refill behind it stand for.
  struct Credit {
    let name: String
    let creation: EntityID
    let transaction: EntityID
    let checkout: EntityID
    let wallet: EntityID
    let amount: Int64
  }

  /// Sees a block.
  /// - Parameter isPrimary: whether it is one of the primary asset's.
  mutating func step(_ posted: Books.Posted, isPrimary: Bool) {
    let makes = posted.entry.action == .creation || posted.entry.action == .refill
    if posted.entry.checkoutStripe != nil || (isPrimary && makes) { blocks[posted.entry.id] = posted }
  }

  /// Compares what was seen with the payments.
  func end(_ books: Books) throws -> [LedgerAudit.Break] {
    var breaks: [LedgerAudit.Break] = []
    var rest = blocks
    for credit in try books.stripePayments().map(Credit.init) + books.stripeReturns() {
      let report = { (reason: String) in breaks.append(LedgerAudit.Break(row: credit.name, reason: reason)) }
      let (creation, refill) = (rest.removeValue(forKey: credit.creation), rest.removeValue(forKey: credit.transaction))
      guard let creation, let refill else {
        report("the blocks that credit it are missing or name no checkout")
        continue
      }
      if creation.entry.action != .creation || refill.entry.action != .refill
        || refill.sequence != creation.sequence + 1
      {
        report("it is not credited by a creation and the refill that follows it")
      }
      if creation.entry.checkoutStripe != credit.checkout || refill.entry.checkoutStripe != credit.checkout {
        report("its blocks name another checkout")
      }
      if creation.entry.amount != credit.amount || refill.entry.amount != credit.amount {
        report("it is \(credit.amount), its blocks moved \(creation.entry.amount) and \(refill.entry.amount)")
      }
      if refill.entry.receiver != credit.wallet { report("its refill went to wallet \(refill.entry.receiver)") }
    }
    for posted in rest.values.sorted(by: { $0.sequence < $1.sequence }) {
      breaks.append(
        LedgerAudit.Break(
          row: "transaction \(posted.sequence) (\(posted.entry.id))", reason: "no payment of Stripe's stands behind it")
      )
    }
    return breaks
  }
}

extension PaymentAudit.Credit {
  init(_ payment: StripePayment) {
    self.init(
      name: "payment \(payment.paymentIntent)", creation: payment.creation, transaction: payment.transaction,
      checkout: payment.checkout, wallet: payment.wallet, amount: payment.amount)
  }
}
