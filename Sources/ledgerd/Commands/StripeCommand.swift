import ArgumentParser
import FedowProtocol
import Foundation
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

/// Shows what the ledger has of Stripe's.
struct StripeStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what was paid in, what waits, and what a person has to see to.",
    discussion: "Stripe is not asked. Ends with 1 when a person has to see to something.")

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let status = try await Administration(store: try options.store()).stripeStatus()
      let json: JSON = [
        "paid_in": JSON(status.paidIn), "refunded_elsewhere": JSON(status.refundedElsewhere),
        "disputed": JSON(status.disputed), "open_checkouts": JSON(Int64(status.openCheckouts)),
        "waiting_events": JSON(status.waitingEvents), "findings": .array(status.findings.map(\.json)),
        "accounts": .array(status.accounts.map(\.account.json)),
      ]
      let euros = { (cents: Int64) in Amount(minorUnits: cents).description }
      let lines =
        [
          "paid in              \(euros(status.paidIn))",
          "given back elsewhere \(euros(status.refundedElsewhere))",
          "contested            \(euros(status.disputed))",
          "pages open           \(status.openCheckouts)",
          "events waiting       \(status.waitingEvents)",
        ] + status.accounts.map { "account of \($0.place): \($0.account.state) \($0.account.account ?? "")" }
        + status.findings.map { "TO SEE TO  \($0.object)  \(euros($0.amount))  \($0.reason)" }
      guard status.findings.isEmpty else {
        print(options.json ? json.compact : lines.joined(separator: "\n"))
        throw ExitCode.failure
      }
      return (json, lines.joined(separator: "\n"))
    }
  }
}

/// Compares the ledger with Stripe.
struct StripeReconcile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile", abstract: "Credit payments that the ledger missed; show what differs, both ways.",
    discussion: """
      The server does so by itself. This may run beside it and credits nothing twice. Ends with 1 when a person has to
      see to something.
      """)

  @Option(name: .long, help: "How many days back.")
  var days = 30

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard (1...3650).contains(days) else {
        throw Refusal(.requestMalformed, "--days is a number from 1 to 3650.")
      }
      let administration = Administration(store: try options.store())
      let since = LedgerTime(microseconds: LedgerTime.now().microseconds - Int64(days) * 86_400_000_000)
      let bar = ProgressBar("of Stripe's")
      let report = try await StripeReconciliation(administration: administration, client: try options.stripe())
        .run(since: since) { bar.show($0, of: $0) }
      bar.end()
      let differences = { (list: [StripeReconciliation.Difference]) -> JSON in
        .array(
          list.map { ["object": JSON($0.object), "amount": JSON($0.amount), "reason": JSON($0.reason)] })
      }
      let json: JSON = [
        "payments": JSON(Int64(report.payments)), "credited": differences(report.credited),
        "unknown_at_stripe": differences(report.unknownAtStripe), "findings": .array(report.findings.map(\.json)),
        "expired": JSON(Int64(report.expired)), "needs_person": .bool(report.needsPerson),
      ]
      let row = { (word: String, object: String, amount: Int64, reason: String) in
        "\(word)  \(object)  \(Amount(minorUnits: amount))  \(reason)"
      }
      let lines =
        ["\(report.payments) payments compared, \(report.credited.count) credited now."]
        + report.credited.map { row("CREDITED  ", $0.object, $0.amount, $0.reason) }
        + report.unknownAtStripe.map { row("NOT THERE ", $0.object, $0.amount, $0.reason) }
        + report.findings.map { row("TO SEE TO ", $0.object, $0.amount, $0.reason) }
      guard !report.needsPerson else {
        print(options.json ? json.compact : lines.joined(separator: "\n"))
        throw ExitCode.failure
      }
      return (json, lines.joined(separator: "\n"))
    }
  }
}

/// A person has seen to something.
struct StripeSettle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Note that a person has seen to a finding, and how.")

  @Argument(help: "Stripe's name for it, as 'stripe status' shows it.")
  var object: String

  @Option(name: .long, help: "How.")
  var note: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let finding = try await Administration(store: try options.store()).settle(stripeFinding: object, note: note)
      return (finding.json, "\(object) is seen to: \(note)")
    }
  }
}

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
