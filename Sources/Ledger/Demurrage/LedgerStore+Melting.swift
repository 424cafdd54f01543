import GRDB

/// The terms on which assets melt, which only grow, how far each balance has melted, and what melted.
extension LedgerStore {
  static func registerMelting(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("7 melting money", migrate: melting)
  }

  /// That a period takes from a wallet only once is a rule of the schema (`UNIQUE`).
  private static func melting(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE melting_terms (
          number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
          asset TEXT NOT NULL REFERENCES assets(uuid), from_at INTEGER NOT NULL,
          rate INTEGER NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
          unit TEXT NOT NULL CHECK (unit IN ('day', 'week', 'month', 'year')),
          grace_days INTEGER NOT NULL CHECK (grace_days >= 0), floor INTEGER NOT NULL CHECK (floor >= 0),
          receiver TEXT NOT NULL REFERENCES wallets(uuid), exempt_wallets TEXT NOT NULL, exempt_kinds TEXT NOT NULL,
          time_zone TEXT NOT NULL, set_at INTEGER NOT NULL CHECK (set_at < from_at)) STRICT;
        CREATE TRIGGER melting_terms_are_final BEFORE UPDATE ON melting_terms
          BEGIN SELECT RAISE(ABORT, 'terms of melting never change; later ones take their place'); END;
        CREATE TRIGGER melting_terms_stay BEFORE DELETE ON melting_terms
          BEGIN SELECT RAISE(ABORT, 'terms of melting are never deleted'); END;
        CREATE TABLE melting_marks (
          wallet TEXT NOT NULL, asset TEXT NOT NULL, until INTEGER NOT NULL,
          PRIMARY KEY (wallet, asset)) STRICT, WITHOUT ROWID;
        CREATE TABLE melts (
          sequence INTEGER PRIMARY KEY, wallet TEXT NOT NULL, asset TEXT NOT NULL, terms INTEGER NOT NULL,
          period_start INTEGER NOT NULL, period_end INTEGER NOT NULL, least INTEGER NOT NULL, amount INTEGER NOT NULL,
          UNIQUE (wallet, asset, period_end)) STRICT;
        CREATE TABLE melting_federations (federation TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        """)
  }
}
