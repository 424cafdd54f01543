import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Shows where places stand.
struct ClearingPositions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "positions",
    abstract: "Show where the places of a federation stand, and who would pay whom.",
    discussion:
      "Nothing is stored. What a place took in the period and still holds is its claim on who issued it."
  )

  @OptionGroup var period: ClearingPeriod
  @OptionGroup var output: ClearingOutput
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      return try output.printout(try await administration.clearingPositions(try period.request()), isProposed: false)
    }
  }
}

/// Fixes the positions for the places to agree to.
struct ClearingPropose: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "propose", abstract: "Propose a clearing to the places that it concerns.",
    discussion: """
      The positions are those of this moment and never change; a settlement is refused when a place no longer holds what
      it hands back, and a new proposal is needed then.
      """)

  @Option(name: .long, help: "For how many days the places may agree.")
  var days: Int64 = 30

  @OptionGroup var period: ClearingPeriod
  @OptionGroup var output: ClearingOutput
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      return try output.printout(
        try await administration.proposeClearing(try period.request(days: days)))
    }
  }
}
