import GRDB
import Model
import Rules

extension Books {
  /// The terms on which an asset may be given: those of its place's federations, the narrowest where it has several; the
  /// server's own when none of them has any.
  func transferTerms(of asset: Asset) throws -> TransferTerms {
    let found = try rows(
      """
      SELECT * FROM transfer_terms WHERE federation = ''
        OR federation IN (SELECT federation FROM federation_places WHERE place = ?) ORDER BY federation
      """, [asset.origin?.text])
    let own = found.filter { !($0["federation"] as String).isEmpty }
    return try TransferTerms.narrowest((own.isEmpty ? found : own).map(transferTerms)) ?? TransferTerms()
  }

  private func transferTerms(_ row: Row) throws -> TransferTerms {
    let words = (row["categories"] as String).split(separator: " ")
    return TransferTerms(
      categories: Set(words.compactMap { AssetCategory(rawValue: String($0)) }),
      limits: Delegation.Limits(perTap: row["per_transfer"], perDay: row["per_day"], total: row["total"]),
      timeZone: row["time_zone"])
  }

  /// The terms of one federation, or of the server when it is nil.
  func transferTerms(federation: EntityID?) throws -> TransferTerms {
    try row("SELECT * FROM transfer_terms WHERE federation = ?", [federation?.text ?? ""]).map(transferTerms)
      ?? TransferTerms()
  }

  func set(_ terms: TransferTerms, federation: EntityID?) throws {
    try execute(
      """
      INSERT OR REPLACE INTO transfer_terms (federation, categories, per_transfer, per_day, total, time_zone)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        federation?.text ?? "", terms.categories.map(\.rawValue).sorted().joined(separator: " "), terms.limits.perTap,
        terms.limits.perDay, terms.limits.total, terms.timeZone,
      ])
  }

  /// What a person lets themselves give.
  func transferLimits(of wallet: EntityID) throws -> Delegation.Limits {
    try row("SELECT per_transfer, per_day, total FROM transfer_limits WHERE wallet = ?", [wallet.text])
      .map { Delegation.Limits(perTap: $0[0], perDay: $0[1], total: $0[2]) } ?? Delegation.Limits()
  }

  func setTransferLimits(_ limits: Delegation.Limits, of wallet: EntityID) throws {
    try executeRemembered(
      "INSERT OR REPLACE INTO transfer_limits (wallet, per_transfer, per_day, total) VALUES (?, ?, ?, ?)",
      [wallet.text, limits.perTap, limits.perDay, limits.total])
  }
}
