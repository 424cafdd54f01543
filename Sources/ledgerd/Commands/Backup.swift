import ArgumentParser
import FedowProtocol
import Foundation
import Ledger
import Model

/// Copies the ledger while it is in use.
struct Backup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy the ledger into a new file, consistently, while the server runs.")

  @Argument(help: "The file to make; it must not exist.")
  var file: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard !FileManager.default.fileExists(atPath: file) else {
        throw Refusal(.alreadyExists, "\(file) exists already; nothing was written.")
      }
      try Administration(store: try options.store()).backUp(to: file)
      return (["file": JSON(file)], "The ledger is copied to \(file). Check it: ledgerd verify --database \(file)")
    }
  }
}
