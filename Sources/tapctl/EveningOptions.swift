import ArgumentParser
import Festival

/// What kind of evening `tapctl load run` plays.
struct EveningOptions: ParsableArguments {
  @Option(help: "native: ledgerd's own calls; fedow: the Fedow protocol's alone.")
  var dialect = FestivalDialect.native

  @Option(help: "Tills a place.")
  var tills = 4

  @Option(help: "For how many seconds guests come.")
  var seconds = 60

  @Option(help: "Guests a second, over all places, when the most come.")
  var rate = 50.0

  @Option(help: "When they come: steady, ramp, rush, closing or festival.")
  var curve = ArrivalCurve.festival

  @Option(help: "Of a hundred acts, how many refill a card.")
  var refills = 10.0

  @Option(help: "Of a hundred acts, how many fetch a card's money back.")
  var refunds = 1.0

  @Option(help: "Of a hundred acts, how many report a card as lost (native only).")
  var losses = 0.5

  @Option(help: "What each card is filled up to beforehand, in minor units.")
  var purse: Int64 = 5000

  @Option(help: "The same seed plays the same evening.")
  var seed: UInt64 = 1

  var settings: FestivalSettings {
    var settings = FestivalSettings()
    settings.dialect = dialect
    settings.tills = tills
    settings.seconds = seconds
    settings.rate = rate
    settings.curve = curve
    settings.refills = refills
    settings.refunds = refunds
    settings.losses = losses
    settings.purse = purse
    settings.seed = seed
    return settings
  }

  /// - Throws: `ValidationError` for an evening that cannot be.
  func check() throws {
    guard (1...256).contains(tills), (1...86_400).contains(seconds), rate > 0, rate <= 100_000 else {
      throw ValidationError("tills is 1 to 256, seconds 1 to 86400, rate above 0 and at most 100000.")
    }
    guard [refills, refunds, losses].allSatisfy({ $0 >= 0 }), refills + refunds * 6 + losses <= 100, purse >= 0 else {
      throw ValidationError("refills, refunds and losses are shares of a hundred; purse is not negative.")
    }
  }
}

extension FestivalDialect: ExpressibleByArgument {}
extension ArrivalCurve: ExpressibleByArgument {}
