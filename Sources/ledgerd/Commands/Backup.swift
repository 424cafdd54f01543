import ArgumentParser
import FedowProtocol
import Ledger

/// Copies the ledger while it is in use.
struct Backup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy the ledger into a new file, consistently, while the server runs.",
    discussion: """
      The copy is one file; it appears under its name when it is whole and on the disk.
      Put it back with: ledgerd restore FILE
      """)

  @Argument(help: "The file to make; it must not exist.")
  var file: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let bar = ProgressBar("pages")
      defer { bar.end() }
      try Administration(store: try options.store()).backUp(to: file) { bar.show($0, of: $1) }
      return (["file": JSON(file)], "The ledger is copied to \(file). Check it: ledgerd verify --database \(file)")
    }
  }
}
