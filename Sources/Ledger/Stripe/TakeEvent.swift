import FedowProtocol
import Model
import Stripe

/// An event of Stripe's is written down, before anything is done with it: whoever is told that it arrived need not send it
/// again.
struct TakeEvent: LedgerCommand {
  let event: StripeEvent

  /// 208 when it was processed before, 200 when it waits.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    if let known = try ledger.books.stripeEvent(event.id) {
      return known.isProcessed ? Answer(status: 208, "Déjà traité") : Answer(status: 200, "OK")
    }
    try ledger.books.insert(event, at: ledger.now)
    return Answer(status: 200, "OK")
  }
}
