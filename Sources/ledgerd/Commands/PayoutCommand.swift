import ArgumentParser
import FedowProtocol
import Ledger
import Logging
import Model

/// Pays a place out.
struct PayoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "payout", abstract: "Pay a place in euros, through Stripe, for the federated money that it holds.",
    discussion: """
      The sum is reserved, transferred to the place's account at Stripe, and burnt. When Stripe's answer does not come, the
      server finds it out: do not pay again, see ledgerd reservations. Connect the place first: ledgerd stripe connect
      """)

  @Argument(help: "The place's name or uuid.")
  var place: String

  @Flag(name: .long, help: "Only show what would be paid.")
  var dryRun = false

  @OptionGroup var confirmation: Confirmation
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      let (place, amount, account) = try await administration.payoutPreview(place: self.place)
      let text = Amount(minorUnits: amount).description
      let preview: JSON = [
        "place": JSON(place.uuid.text), "name": JSON(place.name), "amount": JSON(amount),
        "account": account?.json ?? .null,
      ]
      let line = "\(place.name) would be paid \(text) to \(account?.account ?? "no account at Stripe yet")."
      if dryRun { return (preview, line) }
      let client = try options.stripe()
      guard amount > 0 else { throw Refusal(.insufficientFunds, "\(place.name) holds no federated money.") }
      try confirmation.confirm("\(line) Pay it?")
      let done = try await StripePayouts(
        administration: administration, client: client, logger: Logger(label: "ledgerd")
      ).pay(place: place.uuid, amount: amount)
      guard done.state != .released else {
        throw Refusal(.stripeUnavailable, "Nothing was paid. \(done.reason ?? "")")
      }
      return (
        done.json,
        done.state == .posted
          ? "\(place.name) is paid \(text)."
          : "Stripe's answer is not known yet; the server finds it out. Do not repeat."
      )
    }
  }
}
