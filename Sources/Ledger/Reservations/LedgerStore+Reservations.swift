import GRDB

/// Sums that lie fast in a wallet until somebody outside has answered.
extension LedgerStore {
  static func registerReservations(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 reservations", migrate: reservations)
  }

  /// That no more is reserved than is there, that each reservation ends once and that none is ever deleted are rules of
  /// the schema.
  ///
  /// A reservation is in the order of transactions by the numbers after which it began and ended, and in time by its
  /// instants, which no transaction of its asset contradicts: so everything that depends on it can be recomputed.
  private static func reservations(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE tokens ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved BETWEEN 0 AND balance);
        CREATE TABLE reservations (
          number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
          wallet TEXT NOT NULL REFERENCES wallets(uuid), asset TEXT NOT NULL REFERENCES assets(uuid),
          amount INTEGER NOT NULL CHECK (amount > 0), purpose TEXT NOT NULL, detail TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('pending', 'asked', 'posted', 'released', 'expired')),
          created_at INTEGER NOT NULL, after_sequence INTEGER NOT NULL, expires_at INTEGER, asked_at INTEGER,
          ended_at INTEGER CHECK (ended_at >= created_at),
          ended_after INTEGER CHECK (ended_after >= after_sequence),
          posted INTEGER UNIQUE REFERENCES transactions(sequence), reason TEXT,
          CHECK ((state IN ('pending', 'asked')) = (ended_at IS NULL)),
          CHECK ((ended_at IS NULL) = (ended_after IS NULL)),
          CHECK ((state = 'posted') = (posted IS NOT NULL))) STRICT;
        CREATE INDEX reservations_wallet ON reservations(wallet, asset);
        CREATE INDEX reservations_begun ON reservations(asset, created_at);
        CREATE INDEX reservations_ended ON reservations(asset, ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX reservations_open ON reservations(expires_at) WHERE state IN ('pending', 'asked');
        CREATE TRIGGER reservations_end_once BEFORE UPDATE ON reservations
          WHEN old.state NOT IN ('pending', 'asked') OR new.id <> old.id OR new.wallet <> old.wallet
            OR new.asset <> old.asset OR new.amount <> old.amount OR new.created_at <> old.created_at
            OR new.after_sequence <> old.after_sequence
          BEGIN SELECT RAISE(ABORT, 'a reservation ends once and never changes'); END;
        CREATE TRIGGER reservations_stay BEFORE DELETE ON reservations
          BEGIN SELECT RAISE(ABORT, 'a reservation is never deleted'); END;
        """)
  }
}
