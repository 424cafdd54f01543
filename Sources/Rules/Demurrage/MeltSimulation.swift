/// What rates of melting would do to balances and to how fast money moves: a model, not a promise.
///
/// In each period each wallet spends a part of what it has, what was left all the time melts, and then comes its income.
/// All of it in whole minor units and parts per million, so that the same question always has the same answer.
public struct MeltSimulation: Hashable, Sendable {
  /// What the wallets hold at first, in minor units.
  public var balances: [Int64]
  /// How long a period is.
  public var unit: MeltUnit
  /// How many periods.
  public var count: Int
  /// What each wallet keeps.
  public var floor: Int64
  /// How much of its balance a wallet spends in a period, in parts per million.
  public var spending: Int64
  /// How much more is spent because it melts, in parts per million of the rate: a million spends the rate more.
  public var response: Int64

  /// A question.
  public init(
    balances: [Int64], unit: MeltUnit = .month, count: Int, floor: Int64 = 0, spending: Int64, response: Int64 = 0
  ) {
    self.balances = balances
    self.unit = unit
    self.count = count
    self.floor = floor
    self.spending = spending
    self.response = response
  }

  /// Where all wallets together are after a period.
  public struct Point: Hashable, Sendable {
    /// Which, from 1; 0 is the beginning.
    public let period: Int
    /// What they hold, in minor units.
    public let held: Int64
    /// What was spent in it.
    public let spent: Int64
    /// What melted in it.
    public let melted: Int64
    /// How often a year the money held was spent, in parts per million.
    public let velocity: Int64
  }

  /// What one rate does, in parts per million a period.
  ///
  /// The income of each wallet is what it would have spent without melting: without it nothing would ever change.
  public func run(rate: Int64) -> [Point] {
    let terms = (rate: min(max(rate, 0), MeltTerms.whole), floor: floor)
    let incomes = balances.map { Self.part($0, spending) }
    let part = min(MeltTerms.whole, spending &+ Self.part(terms.rate, response))
    var balances = balances
    var points = [Point(period: 0, held: Self.sum(balances), spent: 0, melted: 0, velocity: 0)]
    for period in 1...max(1, count) {
      var (spent, melted) = (Int64(0), Int64(0))
      let before = Self.sum(balances)
      for index in balances.indices {
        let outgo = Self.part(balances[index], part)
        let left = balances[index] - outgo
        let loss = left > terms.floor ? Self.part(left - terms.floor, terms.rate) : 0
        balances[index] = left - loss + incomes[index]
        (spent, melted) = (spent &+ outgo, melted &+ loss)
      }
      let held = Self.sum(balances)
      points.append(
        Point(period: period, held: held, spent: spent, melted: melted, velocity: velocity(spent, before, held)))
    }
    return points
  }

  private func velocity(_ spent: Int64, _ before: Int64, _ after: Int64) -> Int64 {
    let average = before / 2 + after / 2
    guard average > 0 else { return 0 }
    let yearly = spent.multipliedFullWidth(by: MeltTerms.whole * unit.periodsInYear)
    guard yearly.high < average / 2 else { return .max }
    return average.dividingFullWidth(yearly).quotient
  }

  private static func sum(_ balances: [Int64]) -> Int64 { balances.saturatingSum }

  /// So many parts per million, rounded down.
  static func part(_ amount: Int64, _ parts: Int64) -> Int64 {
    let product = amount.multipliedFullWidth(by: parts)
    guard product.high < MeltTerms.whole / 2, product.high >= 0 else { return 0 }
    return MeltTerms.whole.dividingFullWidth(product).quotient
  }
}

extension MeltUnit {
  /// About how many there are in a year.
  public var periodsInYear: Int64 {
    switch self {
    case .day: 365
    case .week: 52
    case .month: 12
    case .year: 1
    }
  }
}
