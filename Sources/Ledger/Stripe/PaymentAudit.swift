import FedowProtocol
import Model

/// Holds the payments of Stripe's against the blocks that they became: each is credited with its amount, once, to its
/// wallet, and nothing is credited by a payment that is not there.
struct PaymentAudit {
  private var blocks: [EntityID: Books.Posted] = [:]

  /// Sees a block.
  mutating func step(_ posted: Books.Posted) {
    if posted.entry.checkoutStripe != nil { blocks[posted.entry.id] = posted }
  }

  /// Compares what was seen with the payments.
  func end(_ books: Books) throws -> [LedgerAudit.Break] {
    var breaks: [LedgerAudit.Break] = []
    var rest = blocks
    for payment in try books.stripePayments() {
      let report = { (reason: String) in
        breaks.append(LedgerAudit.Break(row: "payment \(payment.paymentIntent)", reason: reason))
      }
      let (creation, refill) = (
        rest.removeValue(forKey: payment.creation), rest.removeValue(forKey: payment.transaction)
      )
      guard let creation, let refill else {
        report("the blocks that credit it are missing or name no checkout")
        continue
      }
      if creation.entry.action != .creation || refill.entry.action != .refill
        || refill.sequence != creation.sequence + 1
      {
        report("it is not credited by a creation and the refill that follows it")
      }
      if creation.entry.checkoutStripe != payment.checkout || refill.entry.checkoutStripe != payment.checkout {
        report("its blocks name another checkout")
      }
      if creation.entry.amount != payment.amount || refill.entry.amount != payment.amount {
        report("it is \(payment.amount), its blocks moved \(creation.entry.amount) and \(refill.entry.amount)")
      }
      if refill.entry.receiver != payment.wallet { report("its refill went to wallet \(refill.entry.receiver)") }
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
