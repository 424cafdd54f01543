import ArgumentParser
import FedowProtocol
import Ledger
import Model
import Stripe

/// Takes a place in at Stripe.
struct StripeConnectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connect", abstract: "A link under which a place tells Stripe who it is; or what Stripe knows of it.",
    discussion:
      "The place's account is made when it has none. Whoever has the link acts for the place; give it to them only.")

  @Argument(help: "The place's name or uuid.")
  var place: String

  @Option(name: .long, help: "Where Stripe sends the place back to (default: its ticketing server).")
  var returnURL: String?

  @Option(name: .long, help: "Who looks after the account: express or standard.")
  var type = "express"

  @Option(name: .long, help: "The place's country, two letters.")
  var country = "FR"

  @Flag(name: .long, help: "Only ask Stripe what it knows of the place.")
  var status = false

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      let found = try await administration.places().first { $0.name == place || $0.uuid.text == place }
      guard let found else { throw Refusal(.notFound, "There is no place '\(place)'. See: ledgerd place list") }
      let connect = StripeConnect(administration: administration, client: try options.stripe())
      if status {
        let account = try await connect.status(place: found.uuid)
        return (
          account.json, "'\(found.name)' is \(account.state) at Stripe. \(account.currentlyDue.joined(separator: ", "))"
        )
      }
      guard let kind = StripeClient.AccountType(rawValue: type) else {
        throw Refusal(.requestMalformed, "--type is express or standard.")
      }
      guard let url = returnURL ?? found.lespassDomain.map({ "https://\($0)/" }) else {
        throw Refusal(.requestMalformed, "Say with --return-url where Stripe sends the place back to.")
      }
      let (account, link) = try await connect.link(place: found.uuid, kind: kind, country: country, returnURL: url)
      return (["account": account.json, "url": JSON(link.url), "expires_at": JSON(link.expires)], link.url)
    }
  }
}
