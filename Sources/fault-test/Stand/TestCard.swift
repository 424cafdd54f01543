import TestKit

/// A card of the run, with what it holds of each money at the beginning, in minor units.
struct TestCard: Sendable, Hashable {
  let tag: String
  /// In the order of the moneys: local coin, gift.
  let balances: [Int64]

  static let operatorTag = "0FE1D2C3"

  /// A dozen: most are rich, two run out, two hold a little gift money before the coin.
  static let dozen = (0..<12).map { number in
    let tag = "AB12CD3" + String(number, radix: 16, uppercase: true)
    switch number {
    case 0, 1: return TestCard(tag: tag, balances: [2000])
    case 2, 3: return TestCard(tag: tag, balances: [200_000, 3000])
    default: return TestCard(tag: tag, balances: [1_000_000])
    }
  }
}
