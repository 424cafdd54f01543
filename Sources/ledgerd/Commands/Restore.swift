import ArgumentParser
import FedowProtocol
import Foundation
import Ledger

/// Puts a backup into place.
struct Restore: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a backup into the place of a ledger, once its books are recomputed and found right.",
    discussion: """
      Where there is a ledger already, nothing is done: move its files away first, with the server stopped.
      The backup is copied beside its place and verified there; it gets its name in one step at the end, so that
      whatever happens before leaves no ledger, and never a half one. Run it as the user that the server runs as.
      """)

  @Argument(help: "The file that 'ledgerd backup' made.")
  var file: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let target = try options.databasePath()
      try options.makeDirectory(of: target)
      let (copying, verifying) = (ProgressBar("copying"), ProgressBar("verifying"))
      let report = try await LedgerRestoration(backup: file, target: target).run { stage in
        switch stage {
        case .began(let what): FileHandle.standardError.write(Data("\(what) \(file)\n".utf8))
        case .copying(let pages, let all): copying.show(pages, of: all)
        case .verifying(let count, let all): verifying.show(count, of: all)
        }
      }
      verifying.end()
      return (
        [
          "file": JSON(file), "database": JSON(target), "server": JSON(report.serverName),
          "places": JSON(Int64(report.places)), "cards": JSON(report.cards),
          "transactions": JSON(Int64(report.verdict.transactions)), "balances": JSON(Int64(report.verdict.balances)),
          "last_posted": JSON(report.lastPosted?.wire),
        ],
        """
        The ledger '\(report.serverName)' is restored to \(target), and its books are sound:
        \(report.places) places, \(report.cards) cards, \(report.verdict.transactions) transactions, the last of \
        \(report.lastPosted?.wire ?? "never").
        What was posted after the backup is not in it.
        Next: put the ledger.key of this ledger beside it, which no backup holds, and ledgerd serve
        """
      )
    }
  }
}
