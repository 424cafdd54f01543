import ArgumentParser
import FedowProtocol
import Ledger
import Model
import Rules

/// Shows terms of melting.
struct DemurrageShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the terms of melting, those that were and those to come too.")

  @Argument(help: "Only this asset: name or uuid.")
  var asset: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let found = try await Administration(store: try options.store()).melting(asset: asset)
      let json: [JSON] = found.map { entry in
        [
          "asset": JSON(entry.asset.uuid.text), "asset_name": JSON(entry.asset.name),
          "terms": .array(entry.terms.map(\.json)),
        ]
      }
      let text = found.map { entry in
        ([entry.asset.name] + (entry.terms.isEmpty ? ["does not melt"] : entry.terms.map(\.lines)))
          .joined(separator: "\n\n")
      }
      return (.array(json), text.isEmpty ? "No asset melts." : text.joined(separator: "\n\n"))
    }
  }
}

/// Shows what melts next.
struct DemurragePreview: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "Show what melts next and when, if nothing moves until then.",
    discussion: "Of one wallet, or of those from which most melts next.")

  @Argument(help: "A wallet's uuid, a card's tag id or a place's name.")
  var wallet: String?

  @Option(name: .long, help: "The most rows without a wallet.")
  var limit = 50

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard (1...100_000).contains(limit) else {
        throw Refusal(.requestMalformed, "--limit is a number from 1 to 100000.")
      }
      let preview = try await Administration(store: try options.store()).meltingPreview(wallet: wallet, limit: limit)
      let decimal = { (value: JSON) in Amount(minorUnits: value.int64 ?? 0).description }
      let table = TextTable(
        preview.elements ?? [], columns: ["wallet", "asset_name", "balance", "due", "melted", "next", "at"],
        texts: ["balance": decimal, "due": decimal, "melted": decimal, "next": decimal])
      return (preview, table.rows.isEmpty ? "Nothing melts." : table.lines.joined(separator: "\n"))
    }
  }
}

/// Posts what is due.
struct DemurrageRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Post now what has melted and was not posted yet.",
    discussion: """
      The server does so by itself within a minute of a period's end, and before any posting that touches a wallet. This
      changes no sum, may run while the server does, and finds nothing to do the second time.
      """)

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let done = try await Administration(store: try options.store()).runMelting()
      let lines = (done["assets"]?.elements ?? []).map {
        "\(Amount(minorUnits: $0["amount"]?.int64 ?? 0))  asset \($0["asset"]?.text ?? "")"
      }
      return (done, (["\(done["postings"]?.int64 ?? 0) postings"] + lines).joined(separator: "\n"))
    }
  }
}
