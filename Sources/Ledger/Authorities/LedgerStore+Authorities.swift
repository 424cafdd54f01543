import GRDB

/// The chain of authorities, the seals over the blocks, and with each block the signed request that it was made on.
extension LedgerStore {
  static func registerAuthorities(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 proof of authority", migrate: authorities)
  }

  /// The new columns stand at the end of the row and are written with it: nothing of them is ever indexed or changed.
  private static func authorities(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE authorities (
          number INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('root', 'grant', 'rotation', 'revocation')),
          holder TEXT NOT NULL, place TEXT REFERENCES places(uuid), public_key TEXT,
          ends INTEGER UNIQUE REFERENCES authorities(number), after_sequence INTEGER NOT NULL, at INTEGER NOT NULL,
          reason TEXT NOT NULL, request_digest BLOB, previous_hash TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE,
          signature BLOB NOT NULL, countersignature BLOB) STRICT;
        CREATE TABLE seals (
          number INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, root TEXT NOT NULL,
          authority INTEGER NOT NULL REFERENCES authorities(number), authorities INTEGER NOT NULL,
          authorities_hash TEXT NOT NULL, at INTEGER NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL,
          signature BLOB NOT NULL) STRICT;
        CREATE INDEX seals_last ON seals(last);
        ALTER TABLE transactions ADD COLUMN authority INTEGER;
        ALTER TABLE transactions ADD COLUMN request_wallet TEXT;
        ALTER TABLE transactions ADD COLUMN request_digest BLOB;
        ALTER TABLE transactions ADD COLUMN request_signature BLOB;
        ALTER TABLE place_keys ADD COLUMN authority INTEGER;
        """)
    for (table, what) in [("authorities", "a record of authority"), ("seals", "a seal")] {
      try db.execute(
        sql: """
          CREATE TRIGGER \(table)_are_final BEFORE UPDATE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(what) never changes'); END;
          CREATE TRIGGER \(table)_stay BEFORE DELETE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(what) is never deleted'); END;
          """)
    }
  }
}
