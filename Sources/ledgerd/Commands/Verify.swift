import ArgumentParser
import FedowProtocol
import Ledger

/// Checks the books.
struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Recompute every hash, link, balance and sum; exit 1 and name the rows on any break.")

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let audit = LedgerAudit(store: try options.store())
      let total = Int(try await audit.transactionCount())
      let bar = ProgressBar("transactions")
      let verdict = try await audit.run { bar.show($0, of: total) }
      bar.end()
      let json: JSON = [
        "sound": .bool(verdict.isSound), "transactions": JSON(Int64(verdict.transactions)),
        "assets": JSON(Int64(verdict.assets)), "balances": JSON(Int64(verdict.balances)),
        "breaks": .array(verdict.breaks.map { ["row": JSON($0.row), "reason": JSON($0.reason)] }),
      ]
      let counts = "\(verdict.transactions) transactions, \(verdict.assets) assets, \(verdict.balances) balances"
      guard verdict.isSound else {
        print(
          options.json
            ? json.compact
            : "The books are BROKEN (\(counts)):\n" + verdict.breaks.map { "\($0)" }.joined(separator: "\n"))
        throw ExitCode.failure
      }
      return (json, "The books are sound: \(counts).")
    }
  }
}
