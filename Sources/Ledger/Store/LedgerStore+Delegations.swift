import FedowProtocol
import GRDB
import Model

/// The tables of delegations, of their use and of the terms that federations give.
extension LedgerStore {
  static func registerDelegations(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("3 delegations", migrate: delegations)
  }

  /// Whose card was linked before has agreed to what linking meant then: debits without limits.
  private static func delegations(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE delegations (
          id TEXT PRIMARY KEY, wallet TEXT NOT NULL REFERENCES wallets(uuid),
          source TEXT NOT NULL CHECK (source IN ('link', 'owner')),
          grantee_kind TEXT NOT NULL CHECK (grantee_kind IN ('place', 'federation', 'all')), grantee TEXT, assets TEXT,
          purpose TEXT NOT NULL, per_tap INTEGER, per_day INTEGER, total INTEGER, from_at INTEGER, until_at INTEGER,
          time_zone TEXT NOT NULL, granted_by TEXT NOT NULL, created_at INTEGER NOT NULL,
          revoked_at INTEGER, revoked_by TEXT) STRICT;
        CREATE INDEX delegations_wallet ON delegations(wallet, revoked_at);
        CREATE TABLE delegation_days (
          delegation TEXT NOT NULL, day INTEGER NOT NULL, used INTEGER NOT NULL CHECK (used >= 0),
          PRIMARY KEY (delegation, day)) STRICT, WITHOUT ROWID;
        CREATE TABLE delegation_totals (
          delegation TEXT PRIMARY KEY, used INTEGER NOT NULL CHECK (used >= 0)) STRICT, WITHOUT ROWID;
        CREATE TABLE delegation_terms (
          federation TEXT PRIMARY KEY, per_tap INTEGER, per_day INTEGER, total INTEGER, time_zone TEXT
          ) STRICT, WITHOUT ROWID;
        """)
    for row in try Row.fetchAll(
      db,
      sql: """
        SELECT DISTINCT c.wallet AS wallet, u.created_at AS created_at FROM cards c JOIN users u ON u.wallet = c.wallet
        WHERE c.user IS NOT NULL
        """)
    {
      let wallet: String = row["wallet"]
      try db.execute(
        sql: """
          INSERT INTO delegations (id, wallet, source, grantee_kind, purpose, time_zone, granted_by, created_at)
          VALUES (?, ?, 'link', 'all', 'tap', 'Europe/Paris', ?, ?)
          """, arguments: [EntityID.random().text, wallet, wallet, row["created_at"] as Int64])
    }
  }
}
