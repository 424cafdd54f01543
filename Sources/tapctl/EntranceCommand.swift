import ArgumentParser
import FedowProtocol
import Model

/// `tapctl entrance`.
struct EntranceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "entrance", abstract: "Let the next card in, if its holder is a member.",
    discussion: """
      One tap gives one answer: whether they are a member, and with --badge their presence is recorded with it; with
      --price what the entrance costs is debited in the same posting, or nobody enters. While the ledger does not answer,
      what it last said of the card counts, as far as the place lets kiosks decide alone.
      Before a Fedow server (dialect = "fedow") nobody is let in: that server does not say who is a member now.
      Ends as 'tapctl charge --wait' does: 0 enters, 2 does not, 3 nobody came, 4 unknown, 5 cancelled.
      """)

  @Argument(help: "The memberships of which any one lets in: UUIDs of their assets.")
  var memberships: [String]

  @Option(help: "The badge that is recorded: UUID of its asset.")
  var badge: String?

  @Option(help: "What the entrance costs, for instance 3.50; without it, nothing.")
  var price: String?

  @Option(help: "For how many seconds the same person is not let in again; 0 for at once.")
  var againAfter: Int64?

  @Option(help: "What for; stands on the receipt.")
  var description: String?

  @Flag(inversion: .prefixedNo, help: "Print each state until somebody has entered or not.")
  var wait = true

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      var entrance = JSONObject([("memberships", .array(memberships.map { JSON($0) })), ("badge", JSON(badge))])
      if let againAfter { entrance["again_after_s"] = JSON(againAfter) }
      let body: JSON = [
        "amount": JSON(try price.map { try Amount(decimal: $0).minorUnits } ?? 0), "description": JSON(description),
        "entrance": .object(entrance),
      ]
      let follower = ChargeFollower(options: options)
      guard wait else { return follower.show(try await options.client.post("/v1/charges", body)) }
      try await follower.follow(body)
    }
  }
}
