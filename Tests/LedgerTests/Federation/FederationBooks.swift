import FedowProtocol
import Model
import Rules

@testable import Ledger

/// The properties of a federation's books, each held against something else than the ledger's own sums.
struct FederationBooks {
  let stand: FederationStand
  let tally: FederationTally

  /// What is broken, by its property; empty when all of it is right.
  func faults() async throws -> [String] {
    let (stand, tally) = (stand, tally)
    return try await stand.store.read { books in
      let held = try Self.held(books)
      return Self.conservation(held, tally, stand)
        + Self.primaryInvariant(held, tally, stand, try Self.makers(books))
        + Self.ceilings(held, tally) + (try Self.clearings(books))
    }
  }

  static func held(_ books: Books) throws -> [MoneyRules.Holding: Int64] {
    try MoneyRules.stored(in: books)
  }

  /// Of each asset there is what its issuer was told to have issued, less what was paid back and paid out.
  private static func conservation(
    _ held: [MoneyRules.Holding: Int64], _ tally: FederationTally, _ stand: FederationStand
  ) -> [String] {
    var sums: [EntityID: Int64] = [:]
    for (holding, balance) in held { sums[holding.asset, default: 0] += balance }
    return stand.assets.compactMap { asset in
      let (sum, supply) = (sums[asset.uuid, default: 0], tally.supply[asset.uuid, default: 0])
      return sum == supply
        ? nil : "conservation: \(asset.name) has \(sum), its clients were told of \(supply)"
    } + (held.values.allSatisfy { $0 > 0 } ? [] : ["conservation: a balance is below zero"])
  }

  /// Primary tokens: issued = paid in - refunded - paid out, and the primary wallet alone made them.
  private static func primaryInvariant(
    _ held: [MoneyRules.Holding: Int64], _ tally: FederationTally, _ stand: FederationStand,
    _ makers: Set<EntityID>
  ) -> [String] {
    let issued = held.reduce(Int64(0)) {
      $0 + ($1.key.asset == stand.federated.uuid ? $1.value : 0)
    }
    let covered = tally.paidIn - tally.paidOut
    return
      (issued == covered ? [] : ["primary: \(issued) is issued, and \(covered) lies at Stripe"])
      + (makers.isSubset(of: [stand.primary])
        ? [] : ["primary: another wallet than the primary made some"])
  }

  private static func makers(_ books: Books) throws -> Set<EntityID> {
    guard let asset = try books.federatedAsset() else { return [] }
    return Set(
      try books.rows(
        "SELECT DISTINCT sender FROM transactions WHERE asset = ? AND action = 'CRE'",
        [asset.uuid.text]
      )
      .map { try $0.id("sender") })
  }

  /// No place holds more of another's money than it said, or than it held when it said so.
  private static func ceilings(_ held: [MoneyRules.Holding: Int64], _ tally: FederationTally)
    -> [String]
  {
    tally.bounds.compactMap { holding, bound in
      let balance = held[holding, default: 0]
      return balance <= bound
        ? nil : "ceiling: wallet \(holding.wallet) holds \(balance), at most \(bound) was to be"
    }
  }

  /// The positions of every part of every clearing that was ever proposed add up to zero.
  private static func clearings(_ books: Books) throws -> [String] {
    try books.rows(
      "SELECT clearing, part, sum(net) AS sum FROM clearing_parties GROUP BY clearing, part HAVING sum <> 0"
    )
    .map {
      "clearing: the positions of \($0["clearing"] as String) add up to \($0["sum"] as Int64)"
    }
  }

  /// What each place is worth: its primary tokens and what it holds of others' money, less what others hold of its own.
  static func worth(_ books: Books, _ stand: FederationStand) throws -> [EntityID: Int64] {
    let kinds = Dictionary(uniqueKeysWithValues: stand.assets.map { ($0.uuid, $0) })
    let places = Dictionary(uniqueKeysWithValues: stand.places.map { ($0.wallet, $0.uuid) })
    var worth: [EntityID: Int64] = [:]
    for (holding, balance) in try held(books) {
      guard let asset = kinds[holding.asset],
        [.federated, .localFiat, .gift].contains(asset.category),
        asset.issuerWallet != holding.wallet
      else { continue }
      if let holder = places[holding.wallet] { worth[holder, default: 0] += balance }
      if let issuer = places[asset.issuerWallet] { worth[issuer, default: 0] -= balance }
    }
    return worth
  }
}
