import ArgumentParser
import FedowProtocol
import Ledger
import Model

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
        "returned": differences(report.returned),
        "expired": JSON(Int64(report.expired)), "needs_person": .bool(report.needsPerson),
      ]
      let row = { (word: String, object: String, amount: Int64, reason: String) in
        "\(word)  \(object)  \(Amount(minorUnits: amount))  \(reason)"
      }
      let lines =
        ["\(report.payments) payments compared, \(report.credited.count) credited now."]
        + report.credited.map { row("CREDITED  ", $0.object, $0.amount, $0.reason) }
        + report.returned.map { row("RETURNED  ", $0.object, $0.amount, $0.reason) }
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
