import ArgumentParser
import FedowProtocol
import Foundation
import Ledger
import Model

/// Makes books for playing.
struct FestivalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "festival", abstract: "Make the places and cards of a test festival, for tapctl load.",
    discussion: """
      Only in a ledger that has no other places: what is played there is nobody's money. The first place issues it, all
      take it. The output is the plan for `tapctl load prepare`; each pairing string in it is good for one handshake.
      """)

  @Option(help: "How many places.")
  var places = 3

  @Option(help: "How many guests' cards.")
  var cards = 1000

  @Option(name: .long, help: "The ledger's address as the tills reach it; default: the one given to install.")
  var domain: String?

  @OptionGroup var options: StoreOptions

  func validate() throws {
    guard (1...200).contains(places), (1...1_000_000).contains(cards) else {
      throw ValidationError("A festival has 1 to 200 places and 1 to 1000000 cards.")
    }
  }

  func run() async throws {
    try await options.run {
      let plan = try await TestFestival(store: try options.store()).make(
        places: places, cards: cards, domain: domain)
      return (plan, plan.compact)
    }
  }
}
