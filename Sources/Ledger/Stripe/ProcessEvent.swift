import FedowProtocol
import Model
import Stripe

/// An event that was written down has its effect, with the note that it had, in one transaction: so it has it once.
///
/// Every effect is the same whatever came before or comes after it: a payment is credited by its own name, a page that is
/// paid does not expire, and of two words about the same thing the later one counts.
struct ProcessEvent: LedgerCommand {
  let id: String

  /// 200 when something was done, 208 when nothing was left to do.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard let row = try ledger.books.stripeEvent(id), !row.isProcessed else { return Self.known }
    let (outcome, answer) = try effect(of: row.event, ledger)
    try ledger.books.end(stripeEvent: id, outcome, at: ledger.now)
    return answer
  }

  private static let known = Answer(status: 208, "Déjà traité")
  private static let done = Answer(status: 200, "OK")

  private func effect(of event: StripeEvent, _ ledger: LedgerWriter) throws -> (String, Answer) {
    let server = try ledger.books.primaryWallet()
    switch try StripeNews(event, server: server) {
    case .paid(let paid):
      switch try ledger.credit(paid) {
      case .credited: return ("credited", Self.done)
      case .known: return ("known", Self.known)
      case .found: return ("found", Self.done)
      }
    case .expired(let checkout):
      try ledger.books.expire(stripeCheckout: checkout, at: ledger.now)
      return ("expired", Self.done)
    case .waits: return ("waits", Self.done)
    case .refund(let refund):
      switch try ledger.note(refund, toldAt: event.created) {
      case .returned: return ("returned", Self.done)
      case .noted: return ("noted", Self.done)
      case .known: return ("known", Self.known)
      }
    case .dispute(let dispute):
      let isNew = try ledger.books.note(StripeFinding(dispute, toldAt: event.created), at: ledger.now)
      return isNew ? ("noted", Self.done) : ("known", Self.known)
    case .account(let account):
      let isNew = try ledger.books.update(account, toldAt: event.created, by: event.id, at: ledger.now)
      return isNew ? ("noted", Self.done) : ("known", Self.known)
    case .foreign, nil: return ("foreign", Self.done)
    }
  }
}

/// An event that could not be processed waits for its next turn.
struct PostponeEvent: LedgerCommand {
  let id: String
  let error: String

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard let row = try ledger.books.stripeEvent(id) else { return Answer(status: 208, nil) }
    // Half a minute, twice as long each time, an hour at most.
    let seconds = min(3600, Int64(30) << min(row.attempts, 7))
    try ledger.books.postpone(stripeEvent: id, until: ledger.now.adding(seconds: seconds), because: error)
    return Answer(status: 200, nil)
  }
}
