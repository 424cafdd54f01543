import ArgumentParser
import FedowProtocol
import Ledger
import Model
import Stripe

/// Stripe: what it took, what it gave back, and whom it pays out to.
struct StripeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stripe", abstract: "Payments by Stripe: compare, look, and take places in.",
    discussion: """
      The server credits payments by Stripe's events, and compares itself with Stripe now and then. Configure [stripe] in
      ledgerd.toml: key_file and webhook_secret_file name files of mode 0600.
      """,
    subcommands: [StripeStatusCommand.self, StripeReconcile.self, StripeSettle.self, StripeConnectCommand.self])
}

extension StoreOptions {
  /// Stripe as configured.
  /// - Throws: `Refusal` with `configuration_invalid`.
  func stripe() throws -> StripeClient {
    guard let stripe = try configuration().stripe else {
      throw Refusal(.configurationInvalid, "There is no [stripe] in the configuration.")
    }
    return try stripe.client()
  }
}

extension StripeFinding {
  /// As programs read it.
  var json: JSON {
    [
      "kind": JSON(kind.rawValue), "object": JSON(object), "payment_intent": JSON(paymentIntent),
      "amount": JSON(amount), "status": JSON(status), "reason": JSON(reason), "happened_at": JSON(happenedAt),
      "settlement": JSON(settlement),
    ]
  }
}
