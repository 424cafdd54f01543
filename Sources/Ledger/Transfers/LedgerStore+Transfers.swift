import GRDB

/// What people gave to each other, with what they signed for it; the terms for it; and who only guessed at receivers.
extension LedgerStore {
  static func registerTransfers(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 transfers between people", migrate: transfers)
  }

  /// A transfer's row never changes: what was decided about its id, and what had been given with it, are final.
  private static func transfers(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE transfers (
          number INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT NOT NULL REFERENCES wallets(uuid), id TEXT NOT NULL,
          content TEXT NOT NULL, request TEXT NOT NULL, signature TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('posted', 'refused')), receiver TEXT REFERENCES wallets(uuid),
          asset TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), code TEXT, status INTEGER NOT NULL,
          body TEXT NOT NULL, posted TEXT UNIQUE REFERENCES transactions(uuid), day INTEGER, time_zone TEXT,
          used_today INTEGER, used_total INTEGER, per_transfer INTEGER, per_day INTEGER, total INTEGER,
          created_at INTEGER NOT NULL, UNIQUE (sender, id)) STRICT;
        CREATE INDEX transfers_sender ON transfers(sender, number);
        CREATE INDEX transfers_day ON transfers(sender, day, used_today);
        CREATE INDEX transfers_receiver ON transfers(receiver, number);
        CREATE TRIGGER transfers_are_final BEFORE UPDATE ON transfers
          BEGIN SELECT RAISE(ABORT, 'a transfer never changes'); END;
        CREATE TRIGGER transfers_stay BEFORE DELETE ON transfers
          BEGIN SELECT RAISE(ABORT, 'a transfer is never deleted'); END;
        CREATE TABLE transfer_terms (
          federation TEXT PRIMARY KEY, categories TEXT NOT NULL, per_transfer INTEGER, per_day INTEGER, total INTEGER,
          time_zone TEXT) STRICT, WITHOUT ROWID;
        CREATE TABLE transfer_limits (
          wallet TEXT PRIMARY KEY REFERENCES wallets(uuid), per_transfer INTEGER, per_day INTEGER, total INTEGER
          ) STRICT, WITHOUT ROWID;
        CREATE TABLE transfer_guesses (
          wallet TEXT NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (wallet, day)
          ) STRICT, WITHOUT ROWID;
        """)
  }
}
