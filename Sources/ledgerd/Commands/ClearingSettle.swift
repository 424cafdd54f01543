import ArgumentParser
import Ledger

/// Posts what all agreed to.
struct ClearingSettle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Post what all agreed to, once what stood in its way is gone.",
    discussion:
      "All of it or nothing; what is settled already stays as it is. Exit code 1 and the reason otherwise."
  )

  @OptionGroup var which: ClearingPart
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.say { try await $0.settleClearing(which.clearing, part: which.part) }
  }
}
