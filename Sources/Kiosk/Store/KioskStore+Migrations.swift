import GRDB

extension KioskStore {
  /// Named and append-only: a migration that was released is never edited.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 charges, outbox, directory, spans") { database in
      try database.execute(
        sql: """
          CREATE TABLE charges (
            id TEXT PRIMARY KEY NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0),
            description TEXT,
            state TEXT NOT NULL,
            card TEXT,
            tap TEXT,
            code TEXT,
            sentence TEXT,
            receipt TEXT,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX charges_by_state ON charges (state);
          CREATE TABLE outbox (
            id TEXT PRIMARY KEY NOT NULL,
            charge TEXT NOT NULL UNIQUE REFERENCES charges (id),
            card TEXT NOT NULL,
            wallet TEXT NOT NULL,
            dialect TEXT NOT NULL,
            path TEXT NOT NULL,
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            witness TEXT,
            state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'posted', 'refused', 'unknown')),
            attempts INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            answer TEXT
          ) STRICT;
          CREATE INDEX outbox_by_state ON outbox (state, created_at);
          CREATE TABLE directory (
            card TEXT PRIMARY KEY NOT NULL,
            wallet TEXT NOT NULL,
            snapshot BLOB NOT NULL,
            read_at INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE spans (
            charge TEXT NOT NULL REFERENCES charges (id),
            step TEXT NOT NULL,
            microseconds INTEGER NOT NULL,
            PRIMARY KEY (charge, step)
          ) STRICT, WITHOUT ROWID;
          """)
    }
    return migrator
  }
}
