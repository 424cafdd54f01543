import ArgumentParser
import FedowProtocol
import Ledger
import Model
import Rules

/// Publishes terms of melting.
struct DemurrageSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Publish new terms of melting for an asset, from a day to come on.",
    discussion: """
      Terms never change: later ones take their place for the periods that begin from their day on, and a period that has
      begun keeps its own. A rate of 0% ends the melting. The federated money melts only when every federation's terms
      let it ('demurrage federated').
      """)

  @Argument(help: "The asset's name or uuid.")
  var asset: String

  @Option(name: .long, help: "How much melts in a period: 1%, 0.25% or 2500ppm.")
  var rate: String

  @Option(name: .long, help: "How long a period is: day, week (from Monday), month or year.")
  var per = MeltUnit.month

  @Option(name: .long, help: "Who receives what melts: a place's name, a wallet's uuid or a card's tag id.")
  var to: String

  @Option(name: .long, help: "From which local day on, like 2027-01-01.")
  var from: String

  @Option(name: .long, help: "How many days before a period money must have arrived to melt in it.")
  var graceDays: Int64 = 0

  @Option(name: .long, help: "What each wallet keeps, like 20.00.")
  var floor = "0"

  @Option(name: .long, help: "A wallet, card or place that does not melt; may be given several times.")
  var exempt: [String] = []

  @Option(name: .long, help: "Kinds of wallets that do not melt: place,person,card in any number, or none.")
  var exemptKinds = "place"

  @Option(name: .long, help: "Whose calendar counts, like Europe/Paris; without it the federation's.")
  var timeZone: String?

  @OptionGroup var confirmation: Confirmation
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      var change = MeltingChange(rate: try MeltRate.read(rate), unit: per, receiver: to, from: try Self.day(from))
      change.graceDays = graceDays
      change.floor = try Amount(decimal: floor).minorUnits
      change.exempt = exempt
      change.exemptKinds = try Self.kinds(exemptKinds)
      change.timeZone = timeZone
      try confirmation.confirm(
        "From \(from) on \(MeltRate.text(change.rate)) of every balance of '\(asset)' melts each \(per.rawValue). Publish?"
      )
      let terms = try await Administration(store: try options.store()).setMelting(asset: asset, change)
      return (terms.json, terms.lines)
    }
  }

  static func day(_ text: String) throws -> (year: Int64, month: Int64, day: Int64) {
    let parts = text.split(separator: "-").compactMap { Int64($0) }
    guard parts.count == 3, text.count == 10 else {
      throw Refusal(.requestMalformed, "'\(text)' is no day; write it like 2027-01-01.")
    }
    return (parts[0], parts[1], parts[2])
  }

  static func kinds(_ text: String) throws -> Set<WalletKind> {
    guard text != "none" else { return [] }
    return Set(
      try text.split(separator: ",").map { word in
        guard let kind = WalletKind(rawValue: String(word)), kind != .server else {
          throw Refusal(.requestMalformed, "'\(word)' is no kind of wallet; write place,person,card or none.")
        }
        return kind
      })
  }
}

/// Lets the federated money melt.
struct DemurrageFederated: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "federated", abstract: "Say whether a federation's terms let the federated money melt.",
    discussion: "Without --allow or --forbid nothing is changed. It needs the leave of every federation of the server.")

  @Argument(help: "The federation's name.")
  var federation: String

  @Flag(name: .long, help: "They do.")
  var allow = false

  @Flag(name: .long, help: "They do not; terms that were published stand.")
  var forbid = false

  @OptionGroup var confirmation: Confirmation
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard allow != forbid else { throw Refusal(.requestMalformed, "Say either --allow or --forbid.") }
      try confirmation.confirm("The terms of '\(federation)' \(allow ? "let" : "do not let") the federated money melt?")
      try await Administration(store: try options.store()).letFederatedMelt(allow, federation: federation)
      return (
        ["federation": JSON(federation), "allowed": .bool(allow)],
        "The federated money \(allow ? "may melt" : "gets no new terms of melting") as far as \(federation) is concerned."
      )
    }
  }
}
