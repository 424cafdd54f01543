import ArgumentParser
import FedowProtocol
import Foundation
import Ledger
import Model
import Rules

/// Shows what rates would do.
struct DemurrageSimulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Show what rates would do to balances and to how fast money moves.",
    discussion: """
      From the real books with --asset: the balances as they are, and the spending of the last 90 days. Or from numbers
      of your own: --wallets, --balance and --spending. It changes nothing. In each period each wallet spends its part,
      what was left melts, and then its income comes, which is what it would have spent without melting. --response says
      how much of the rate people spend more because it melts: a guess, and yours. With --html a page with the curves
      is written, which loads nothing from elsewhere.
      """)

  @Option(name: .long, help: "Take balances and spending of this asset from the books.")
  var asset: String?

  @Option(name: .long, help: "How many wallets, without an asset.")
  var wallets = 1000

  @Option(name: .long, help: "What each of them has, without an asset.")
  var balance = "100.00"

  @Option(name: .long, help: "How much of its balance a wallet spends in a period: 20%. Without it as in the books.")
  var spending: String?

  @Option(name: .long, help: "How much of the rate is spent more because it melts: 50%.")
  var response = "0%"

  @Option(name: .long, help: "The rates to compare, like 0%,0.5%,1%,2%.")
  var rates = "0%,0.5%,1%,2%"

  @Option(name: .long, help: "How long a period is: day, week, month or year.")
  var per = MeltUnit.month

  @Option(name: .long, help: "How many periods.")
  var periods = 60

  @Option(name: .long, help: "What each wallet keeps, like 20.00.")
  var floor = "0"

  @Option(name: .long, help: "Write a page with the curves to this file.")
  var html: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard (1...2000).contains(periods), (1...1_000_000).contains(wallets) else {
        throw Refusal(.requestMalformed, "Give 1 to 2000 periods and 1 to 1000000 wallets.")
      }
      let simulation = try await basis()
      let curves = try rates.split(separator: ",").map { word in
        let rate = try MeltRate.read(String(word))
        return MeltCurve(rate: rate, points: simulation.run(rate: rate))
      }
      let plot = MeltPlot(unit: per, curves: curves)
      if let html {
        try Data(plot.page.utf8).write(to: URL(filePath: html), options: .atomic)
      }
      return (plot.json, plot.lines.joined(separator: "\n"))
    }
  }

  private func basis() async throws -> MeltSimulation {
    var balances = Array(repeating: try Amount(decimal: balance).minorUnits, count: wallets)
    var spent = try spending.map(MeltRate.read)
    if let asset {
      let basis = try await Administration(store: try options.store()).meltingBasis(asset: asset, unit: per)
      balances = basis.balances
      spent = spent ?? basis.spending
    }
    return MeltSimulation(
      balances: balances, unit: per, count: periods, floor: try Amount(decimal: floor).minorUnits,
      spending: spent ?? 200_000, response: try MeltRate.read(response))
  }
}
