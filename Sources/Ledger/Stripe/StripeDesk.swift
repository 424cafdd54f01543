/// Everything that a server with a key of Stripe's does for who calls it.
public struct StripeDesk: Sendable {
  /// Refills.
  public let refills: StripeRefills
  /// Refunds.
  public let refunds: StripeRefunds
  /// Events.
  public let inbox: StripeInbox
  /// Places' accounts.
  public let connect: StripeConnect
  /// What places are paid.
  public let payouts: StripePayouts

  /// A desk of these.
  public init(
    refills: StripeRefills, refunds: StripeRefunds, inbox: StripeInbox, connect: StripeConnect, payouts: StripePayouts
  ) {
    self.refills = refills
    self.refunds = refunds
    self.inbox = inbox
    self.connect = connect
    self.payouts = payouts
  }
}
