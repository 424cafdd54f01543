import ArgumentParser
import FedowProtocol
import Model

/// `tapctl outbox`.
struct OutboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox", abstract: "Look at the debits and voids that go to the ledger, and settle them.",
    discussion: """
      A row is pending (durable here), sent, posted, refused or unknown (sent, no answer; it is asked for by its id).
      A debit that was decided offline and that the ledger refused blocks its card until it is settled.
      """,
    subcommands: [
      OutboxListCommand.self, OutboxShowCommand.self, OutboxRetryCommand.self, OutboxForgiveCommand.self,
      OutboxExportCommand.self,
    ])

  static let columns = [
    "id", "kind", "state", "card", "wallet", "amount", "is_offline", "attempts", "created_at", "updated_at", "charge",
    "voids", "code", "sentence",
  ]

  static func value(_ row: JSON, _ key: String) -> String {
    let value = row[key]
    if key == "amount" { return Terminal.amount(value) }
    return value?.text ?? value?.int64.map { String($0) } ?? value?.bool.map { $0 ? "true" : "false" } ?? ""
  }
}

/// `tapctl outbox list`.
struct OutboxListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List rows, oldest first.",
    discussion: "Without --state those that wait, and the offline debits that the ledger refused.")

  @Option(help: "`all`, or some of pending,sent,posted,refused,unknown.")
  var state: String?

  @Option(help: "At most so many rows.")
  var limit = 1000

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let filter = state.map { "&state=\(Terminal.pathPart($0, keeping: ","))" } ?? ""
      let answer = try await options.client.get("/v1/outbox?limit=\(limit)\(filter)")
      if options.json { return Terminal.line(answer.compact) }
      for row in answer["rows"]?.elements ?? [] {
        let words = ["state", "kind", "amount", "card", "created_at", "id", "code"].map { OutboxCommand.value(row, $0) }
        Terminal.line(words.joined(separator: "\t"))
      }
    }
  }
}

/// `tapctl outbox show`.
struct OutboxShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one row with the bytes that are sent.")

  @Argument(help: "The row's id.")
  var id: String

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let row = try await options.client.get("/v1/outbox/\(Terminal.pathPart(id))")
      if options.json { return Terminal.line(row.compact) }
      for entry in row.object?.entries ?? [] where !entry.value.isNull {
        Terminal.line("\(entry.key.string ?? ""): \(entry.value.text ?? entry.value.compact)")
      }
    }
  }
}

/// `tapctl outbox retry`.
struct OutboxRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Try what waits at once, or a refused offline debit anew.",
    discussion: "A refused offline debit needs an operator's card (tapctl operator open); posted, it frees the card.")

  @Argument(help: "The row's id; without it everything that waits.")
  var id: String?

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let path = id.map { "/v1/outbox/\(Terminal.pathPart($0))/retry" } ?? "/v1/outbox/retry"
      let answer = try await options.client.post(path, [:])
      if options.json { return Terminal.line(answer.compact) }
      Terminal.line(id == nil ? "\(answer["retried"]?.int64 ?? 0) rows are tried now." : "Tried.")
    }
  }
}

/// `tapctl outbox forgive`.
struct OutboxForgiveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forgive",
    abstract: "Let a refused offline debit go: the card may pay again, the place bears the loss.",
    discussion: "Needs an operator's card: tapctl operator open.")

  @Argument(help: "The row's id.")
  var id: String

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let answer = try await options.client.post("/v1/outbox/\(Terminal.pathPart(id))/forgive", [:])
      Terminal.line(options.json ? answer.compact : "Forgiven; the card may pay again.")
    }
  }
}

/// `tapctl outbox export`.
struct OutboxExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Print rows as CSV (RFC 4180), or with --json as JSON lines.")

  @Option(help: "`all`, or some of pending,sent,posted,refused,unknown.")
  var state = "all"

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let filter = Terminal.pathPart(state, keeping: ",")
      let answer = try await options.client.get("/v1/outbox?limit=100000&state=\(filter)")
      if !options.json { Terminal.line(OutboxCommand.columns.joined(separator: ",")) }
      for row in answer["rows"]?.elements ?? [] {
        if options.json {
          Terminal.line(row.compact)
        } else {
          Terminal.line(OutboxCommand.columns.map { Self.field(OutboxCommand.value(row, $0)) }.joined(separator: ","))
        }
      }
    }
  }

  private static func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
