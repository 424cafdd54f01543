import ArgumentParser
import FedowProtocol
import Model

/// What a charge wants besides its sum.
struct ChargeTermsOptions: ParsableArguments {
  @Flag(name: .customLong("no-gift"), help: "Gift money does not pay it.")
  var excludesGift = false

  @Option(help: "The one asset that pays it, by UUID.")
  var asset: String?

  @Flag(
    name: .customLong("parts"),
    help: "A card may pay a part; another card, or `tapctl complete`, pays the rest. Nothing remains half.")
  var acceptsParts = false

  /// The fields of the request's body.
  var fields: [(String, JSON)] {
    [("excludes_gift", .bool(excludesGift)), ("asset", JSON(asset)), ("accepts_parts", .bool(acceptsParts))]
  }
}
