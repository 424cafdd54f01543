import FedowProtocol
import GRDB
import Model
import Rules

/// The terms on which assets melt.
extension Books {
  /// Of every asset that melts or ever did: its versions, in the order in which they were made.
  func meltingTerms() throws -> [EntityID: [MeltTerms]] {
    if let known = memory?.meltingTerms { return known }
    var found: [EntityID: [MeltTerms]] = [:]
    for row in try rows("SELECT * FROM melting_terms ORDER BY number") {
      found[try row.id("asset"), default: []].append(try meltingTerms(row))
    }
    memory?.meltingTerms = found
    return found
  }

  /// Those of one asset; empty when it never melts.
  func meltingTerms(of asset: EntityID) throws -> [MeltTerms] { try meltingTerms()[asset] ?? [] }

  private func meltingTerms(_ row: Row) throws -> MeltTerms {
    let unit: String = row["unit"]
    guard let unit = MeltUnit(rawValue: unit) else { throw Refusal(.ledgerBroken, "'\(unit)' is no period.") }
    let words = { (column: String) in (row[column] as String).split(separator: ",").map { String($0) } }
    return MeltTerms(
      id: try row.id("id"), number: row["number"], from: row["from_at"], rate: row["rate"], unit: unit,
      graceDays: row["grace_days"], floor: row["floor"], receiver: try row.id("receiver"),
      exemptWallets: Set(words("exempt_wallets").compactMap { EntityID($0) }),
      exemptKinds: Set(words("exempt_kinds").compactMap { WalletKind(rawValue: $0) }), timeZone: row["time_zone"])
  }

  /// Adds a version; none is ever changed.
  func insert(_ terms: MeltTerms, of asset: EntityID, at now: LedgerTime) throws {
    try execute(
      """
      INSERT INTO melting_terms (id, asset, from_at, rate, unit, grace_days, floor, receiver, exempt_wallets,
        exempt_kinds, time_zone, set_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        terms.id.text, asset.text, terms.from, terms.rate, terms.unit.rawValue, terms.graceDays, terms.floor,
        terms.receiver.text, terms.exemptWallets.map(\.text).sorted().joined(separator: ","),
        terms.exemptKinds.map(\.rawValue).sorted().joined(separator: ","), terms.timeZone, now.microseconds,
      ])
  }

  /// Whether every federation's terms let the federated money melt; without a federation there is none that says so.
  func letsFederatedMelt() throws -> Bool {
    let federations = try federations().map(\.text)
    let willing = Set(try rows("SELECT federation FROM melting_federations").map { $0["federation"] as String })
    return !federations.isEmpty && federations.allSatisfy { willing.contains($0) }
  }

  func setLetsFederatedMelt(_ isAllowed: Bool, federation: EntityID) throws {
    try execute(
      isAllowed
        ? "INSERT OR IGNORE INTO melting_federations (federation) VALUES (?)"
        : "DELETE FROM melting_federations WHERE federation = ?", [federation.text])
  }

  /// What a wallet is to the rules of melting.
  func walletKind(_ wallet: EntityID) throws -> WalletKind {
    let kind = try row(
      """
      SELECT CASE WHEN EXISTS (SELECT 1 FROM settings WHERE key = 'primary_wallet' AND value = ?1) THEN 'server'
        WHEN EXISTS (SELECT 1 FROM places WHERE wallet = ?1) THEN 'place'
        WHEN EXISTS (SELECT 1 FROM users WHERE wallet = ?1) THEN 'person' ELSE 'card' END AS kind
      """, [wallet.text])
    return WalletKind(rawValue: kind?["kind"] ?? "") ?? .card
  }
}
