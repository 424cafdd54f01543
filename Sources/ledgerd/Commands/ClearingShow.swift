import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Shows all clearings.
struct ClearingList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show all clearings, newest first.")

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let clearings = try await Administration(store: try options.store()).clearings()
      let rows: [JSON] = clearings.map { clearing in
        let parts = clearing["parts"]?.elements ?? []
        let states = parts.compactMap { $0["state"]?.text }
        return [
          "id": clearing["id"] ?? .null, "federation": clearing["federation_name"] ?? .null,
          "created_at": clearing["created_at"] ?? .null, "netting": clearing["netting"] ?? .null,
          "by": clearing["means"] ?? .null,
          "places": JSON(Int64(clearing["positions"]?.elements?.count ?? 0)),
          "parts": JSON(
            Set(states).sorted().map { state in "\(states.count { $0 == state }) \(state)" }.joined(
              separator: ", ")),
        ]
      }
      let table = TextTable(
        rows, columns: ["id", "federation", "created_at", "netting", "by", "places", "parts"])
      return (
        .array(clearings),
        rows.isEmpty ? "There is no clearing." : table.lines.joined(separator: "\n")
      )
    }
  }
}

/// Shows one clearing.
struct ClearingShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a clearing: positions, what each place said, and what was posted.")

  @Argument(help: "The clearing's uuid.")
  var clearing: EntityID

  @OptionGroup var output: ClearingOutput
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      try output.printout(try await Administration(store: try options.store()).clearing(clearing))
    }
  }
}
