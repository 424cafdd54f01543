import FedowProtocol
import GRDB
import Model
import Rules

/// What payments made of memberships. The writer remembers none of it, so writing it makes it forget nothing.
extension Books {
  /// Every version of a membership's terms, in the order in which they were made.
  func membershipTerms(of asset: EntityID) throws -> [MembershipTerms] {
    try rows("SELECT * FROM membership_terms WHERE asset = ? ORDER BY number", [asset.text]).map { row in
      guard let period = MembershipPeriod(rawValue: row["period"]) else { throw Refusal(.ledgerBroken) }
      return MembershipTerms(
        number: row["number"], from: row["from_at"], period: period, priceAsset: try row.optionalID("price_asset"),
        price: row["price"], grace: row["grace"], timeZone: row["time_zone"])
    }
  }

  func insert(_ terms: MembershipTerms, of asset: EntityID) throws {
    try executeRemembered(
      """
      INSERT INTO membership_terms (asset, from_at, period, price_asset, price, grace, time_zone)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        asset.text, terms.from, terms.period.rawValue, terms.priceAsset?.text, terms.price, terms.grace, terms.timeZone,
      ])
  }

  private func run(_ row: Row) -> MembershipRun {
    MembershipRun(first: row["first_at"], start: row["start_at"], end: row["end_at"])
  }

  /// What was paid of a membership by a wallet and those joined to it, oldest first.
  /// - Parameter sequence: the last transaction of the ledger that counts; nil: all do.
  func memberships(
    of wallet: EntityID, in asset: EntityID, upTo sequence: Int64? = nil
  ) throws -> [MembershipRun] {
    try wallets(joinedTo: wallet).flatMap { wallet in
      try rows(
        """
        SELECT sequence, first_at, start_at, end_at FROM memberships WHERE wallet = ? AND asset = ? AND sequence <= ?
        """, [wallet.text, asset.text, sequence ?? .max]
      ).map { (sequence: $0["sequence"] as Int64, run: run($0)) }
    }.sorted { $0.sequence < $1.sequence }.map(\.run)
  }

  /// Whether a wallet is a member at an instant.
  func standing(of wallet: EntityID, in asset: EntityID, at time: LedgerTime) throws -> MembershipStanding {
    MembershipStanding(of: try memberships(of: wallet, in: asset), at: time.microseconds)
  }

  /// The kinds of membership that a wallet, or one joined to it, ever had.
  func membershipAssets(of wallet: EntityID) throws -> [Asset] {
    var found: [Asset] = []
    for wallet in try wallets(joinedTo: wallet).sorted() {
      for row in try rows("SELECT DISTINCT asset FROM memberships WHERE wallet = ?", [wallet.text]) {
        guard let asset = try asset(try row.id("asset")), !found.contains(asset) else { continue }
        found.append(asset)
      }
    }
    return found.sorted { ($0.name, $0.uuid) < ($1.name, $1.uuid) }
  }

  func insert(_ run: MembershipRun, sequence: Int64, wallet: EntityID, asset: EntityID) throws {
    try executeRemembered(
      "INSERT INTO memberships (sequence, wallet, asset, first_at, start_at, end_at) VALUES (?, ?, ?, ?, ?, ?)",
      [sequence, wallet.text, asset.text, run.first, run.start, run.end])
  }

  /// Says of what was paid before there were any terms how long it is, by the first that there are.
  func endMemberships(of asset: EntityID, by terms: MembershipTerms, in zone: ZoneRules) throws {
    var last: [EntityID: MembershipRun] = [:]
    let open = try rows(
      "SELECT * FROM memberships WHERE asset = ? AND end_at IS NULL ORDER BY sequence", [asset.text])
    for row in open {
      let wallet = try row.id("wallet")
      let ended = try MembershipRun(after: last[wallet], start: row["start_at"], period: terms.period, in: zone)
      last[wallet] = ended
      try executeRemembered(
        "UPDATE memberships SET first_at = ?, end_at = ? WHERE sequence = ?",
        [ended.first, ended.end, row["sequence"] as Int64])
    }
  }
}

extension [MembershipRun] {
  /// What the next payment goes on with: the one that ends last.
  var latest: MembershipRun? {
    self.max { ($0.end ?? .max, $0.start) < ($1.end ?? .max, $1.start) }
  }
}
