import FedowProtocol
import GRDB
import Model

extension Books {
  /// A delegation as it is stored, with who granted and who revoked it.
  public struct StoredDelegation: Hashable, Sendable {
    /// Its terms.
    public let terms: Delegation
    /// Whose money.
    public let wallet: EntityID
    /// When it was granted.
    public let createdAt: LedgerTime
    /// When it was revoked; nil: it stands.
    public let revokedAt: LedgerTime?
    /// Whose signature revoked it; `ledger` when the ledger's operator did.
    public let revokedBy: String?
  }

  private func delegation(_ row: Row) throws -> StoredDelegation {
    let kind: String = row["grantee_kind"]
    let grantee: Delegation.Grantee =
      switch kind {
      case "place": .place(try row.id("grantee"))
      case "federation": .federation(try row.id("grantee"))
      default: .all
      }
    guard let source = Delegation.Source(rawValue: row["source"]),
      let purpose = Delegation.Purpose(rawValue: row["purpose"])
    else { throw Refusal(.ledgerBroken, "A delegation has an unknown source or purpose.") }
    let assets: String? = row["assets"]
    let terms = Delegation(
      id: try row.id("id"), source: source, grantee: grantee,
      assets: assets.map { Set($0.split(separator: " ").compactMap { EntityID(String($0)) }) }, purpose: purpose,
      limits: Delegation.Limits(perTap: row["per_tap"], perDay: row["per_day"], total: row["total"]),
      from: row["from_at"], until: row["until_at"], timeZone: row["time_zone"])
    return StoredDelegation(
      terms: terms, wallet: try row.id("wallet"), createdAt: LedgerTime(microseconds: row["created_at"]),
      revokedAt: row.time("revoked_at"), revokedBy: row["revoked_by"])
  }

  /// The delegations of a wallet that stand: those for one place first, those for all last, then the oldest first.
  func delegations(of wallet: EntityID) throws -> [Delegation] {
    if let standing = memory?.delegations[wallet] { return standing }
    let standing = try rows(
      """
      SELECT * FROM delegations WHERE wallet = ? AND revoked_at IS NULL
      ORDER BY CASE grantee_kind WHEN 'place' THEN 0 WHEN 'federation' THEN 1 ELSE 2 END, created_at, rowid
      """, [wallet.text]
    ).map { try delegation($0).terms }
    memory?.delegations[wallet] = standing
    return standing
  }

  /// All that a wallet ever granted, the oldest first.
  func allDelegations(of wallet: EntityID) throws -> [StoredDelegation] {
    try rows("SELECT * FROM delegations WHERE wallet = ? ORDER BY created_at, rowid", [wallet.text]).map(delegation)
  }

  func delegation(_ id: EntityID) throws -> StoredDelegation? {
    try row("SELECT * FROM delegations WHERE id = ?", [id.text]).map(delegation)
  }

  func hasLinkDelegation(_ wallet: EntityID) throws -> Bool {
    try row("SELECT 1 FROM delegations WHERE wallet = ? AND revoked_at IS NULL AND source = 'link'", [wallet.text])
      != nil
  }

  /// Grants; by the signature of `grantor`.
  func insert(_ delegation: Delegation, of wallet: EntityID, by grantor: EntityID, at now: LedgerTime) throws {
    let (kind, grantee): (String, EntityID?) =
      switch delegation.grantee {
      case .place(let place): ("place", place)
      case .federation(let federation): ("federation", federation)
      case .all: ("all", nil)
      }
    try execute(
      """
      INSERT INTO delegations (id, wallet, source, grantee_kind, grantee, assets, purpose, per_tap, per_day, total,
        from_at, until_at, time_zone, granted_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        delegation.id.text, wallet.text, delegation.source.rawValue, kind, grantee?.text,
        delegation.assets.map { $0.map(\.text).sorted().joined(separator: " ") }, delegation.purpose.rawValue,
        delegation.limits.perTap, delegation.limits.perDay, delegation.limits.total, delegation.from, delegation.until,
        delegation.timeZone, grantor.text, now.microseconds,
      ])
  }

  func revoke(delegation id: EntityID, by revoker: String, at now: LedgerTime) throws {
    try execute(
      "UPDATE delegations SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL",
      [now.microseconds, revoker, id.text])
  }
}

/// What is used of a delegation: one row a local day and one in total, moved in the posting's own transaction.
extension Books {
  func use(of delegation: EntityID, day: Int64) throws -> Delegation.Use {
    let found = try row(
      """
      SELECT (SELECT used FROM delegation_days WHERE delegation = ?1 AND day = ?2) AS today,
        (SELECT used FROM delegation_totals WHERE delegation = ?1) AS total
      """, [delegation.text, day])
    return Delegation.Use(today: found?["today"] ?? 0, total: found?["total"] ?? 0)
  }

  /// - Parameter amount: minor units; negative when a debit is taken back.
  func addUse(_ amount: Int64, of delegation: EntityID, day: Int64) throws {
    // The row is there when something is given back; `used >= 0` holds either way.
    let isNew = amount > 0
    try executeRemembered(
      isNew
        ? """
        INSERT INTO delegation_days (delegation, day, used) VALUES (?1, ?2, ?3)
        ON CONFLICT (delegation, day) DO UPDATE SET used = used + ?3
        """ : "UPDATE delegation_days SET used = used + ?3 WHERE delegation = ?1 AND day = ?2",
      [delegation.text, day, amount])
    try executeRemembered(
      isNew
        ? """
        INSERT INTO delegation_totals (delegation, used) VALUES (?1, ?2)
        ON CONFLICT (delegation) DO UPDATE SET used = used + ?2
        """ : "UPDATE delegation_totals SET used = used + ?2 WHERE delegation = ?1",
      [delegation.text, amount])
  }
}
