import Model
import Stripe

/// What an event means for the ledger, whatever Stripe calls it.
enum StripeNews: Hashable, Sendable {
  /// Money came.
  case paid(StripePaid)
  /// A page of ours was left in some way that brings no money yet.
  case waits(checkout: EntityID)
  /// A page of ours ended unpaid.
  case expired(checkout: EntityID)
  /// Money went back.
  case refund(StripeRefund)
  /// A bank contests a payment.
  case dispute(StripeDispute)
  /// Stripe knows more about a place.
  case account(ConnectAccount)
  /// It is about a payment that another made in the same account of Stripe's, or about one in another's account.
  case foreign

  /// Reads an event; nil when it is of a kind that says nothing here.
  ///
  /// What happens in a place's own account is the place's money, whatever mark it bears: only what an event tells of that
  /// account itself counts.
  /// - Throws: `Refusal` with `request_malformed` when it is of a kind that does, and is not understood.
  init?(_ event: StripeEvent, server: EntityID) throws(Refusal) {
    let isOwn = event.account == nil
    switch event.type {
    case "checkout.session.completed", "checkout.session.async_payment_succeeded",
      "checkout.session.async_payment_failed", "checkout.session.expired":
      self = isOwn ? try Self.page(try Self.read(event), event, server: server) : .foreign
    case "payment_intent.succeeded":
      self = isOwn ? Self.payment(try Self.read(event), event, server: server) : .foreign
    case "refund.created", "refund.updated", "refund.failed", "charge.refund.updated":
      self = isOwn ? .refund(try Self.read(event)) : .foreign
    case "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
      "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated":
      self = isOwn ? .dispute(try Self.read(event)) : .foreign
    case "account.updated":
      let account: ConnectAccount = try Self.read(event)
      self = isOwn || event.account == account.id ? .account(account) : .foreign
    default: return nil
    }
  }

  private static func payment(_ intent: PaymentIntent, _ event: StripeEvent, server: EntityID) -> StripeNews {
    StripePaid(intent, server: server, at: event.created).map { .paid($0) } ?? .foreign
  }

  private static func page(
    _ session: CheckoutSession, _ event: StripeEvent, server: EntityID
  ) throws(Refusal) -> StripeNews {
    guard let mark = StripeMark(session.metadata, .checkout, server: server) else { return .foreign }
    switch event.type {
    case "checkout.session.expired": return .expired(checkout: mark.id)
    case "checkout.session.async_payment_failed": return .expired(checkout: mark.id)
    default:
      guard session.payment == .paid else { return .waits(checkout: mark.id) }
      guard let paid = StripePaid(session, server: server, at: event.created) else {
        throw Refusal(.requestMalformed, "The event \(event.id) has no payment in it.")
      }
      return .paid(paid)
    }
  }

  private static func read<Thing: StripeObject>(_ event: StripeEvent) throws(Refusal) -> Thing {
    guard let thing = Thing(event.object) else {
      throw Refusal(.requestMalformed, "The event \(event.id) (\(event.type)) does not hold what it says.")
    }
    return thing
  }
}
