import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Shows what was done.
struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the audit trail: pairings, enrolments, refills, refunds, voids, settlements, locks, lost cards.")

  @Option(name: .long, help: "Only of this place: name or uuid.")
  var place: String?

  @Option(name: .long, help: "Only what comes after the entry of this number.")
  var since: Int64 = 0

  @Option(name: .long, help: "At most so many entries.")
  var limit: Int = 100

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard (1...100_000).contains(limit) else { throw Refusal(.requestMalformed, "--limit is 1 to 100000.") }
      let trail = try await Administration(store: try options.store()).auditTrail(
        place: place, after: since, limit: limit)
      return (
        .array(trail.map(\.json)),
        trail.map { entry in
          let who = [entry.device.map { "device \($0)" }, entry.operatorCard.map { "operator card \($0)" }]
          let by = who.compactMap { $0 }.joined(separator: ", ")
          return "\(entry.number)  \(entry.at.wire)  \(entry.what)  \(by)  \(entry.detail.compact)"
        }.joined(separator: "\n")
      )
    }
  }
}
