import GRDB

extension KioskStore {
  /// Named and append-only: a migration that was released is never edited.
  static func migrator(_ digest: CardDigest) -> DatabaseMigrator {
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
    migrator.registerMigration("2 parts, voids, offline limits, hotlist, knowledge, audit") { database in
      try database.execute(sql: sequencedOutbox)
      try database.execute(sql: whatIsKnown)
    }
    migrator.registerMigration("3 cards by their digests, questions, sightings") { database in
      try database.execute(sql: lifeOfCards)
      try CardNames(digest).leave(database)
    }
    migrator.registerMigration("4 what was posted since, of whatever card") { database in
      try database.execute(sql: "CREATE INDEX outbox_posted ON outbox (updated_at) WHERE state = 'posted'")
    }
    migrator.registerMigration("4 charges of nothing", migrate: chargesOfNothing)
    migrator.registerMigration("5 whom a row of the outbox pays") { database in
      try database.execute(sql: "ALTER TABLE outbox ADD COLUMN payee TEXT")
    }
    migrator.registerMigration("6 in which order debits were posted") { try $0.execute(sql: postingOrder) }
    return migrator
  }

  /// Brings the file to the newest version. What a migration takes out of it is overwritten, also in the log.
  static func migrate(_ queue: DatabaseQueue, _ digest: CardDigest) throws {
    let migrator = migrator(digest)
    guard try queue.read({ try !migrator.hasCompletedMigrations($0) }) else { return }
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA secure_delete = ON") }
    try migrator.migrate(queue)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "VACUUM")
      try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  /// Until then the clock told it, and whatever was posted in the instant of a reading counted as later.
  private static let postingOrder = """
    ALTER TABLE outbox ADD COLUMN posting INTEGER;
    ALTER TABLE directory ADD COLUMN postings INTEGER NOT NULL DEFAULT 0;
    UPDATE outbox SET posting = numbered.number FROM (
      SELECT sequence, row_number() OVER (ORDER BY updated_at, sequence) AS number FROM outbox WHERE state = 'posted'
    ) AS numbered WHERE numbered.sequence = outbox.sequence;
    UPDATE directory SET postings = coalesce((
      SELECT posting FROM outbox WHERE state = 'posted' AND updated_at < read_at
        ORDER BY updated_at DESC, sequence DESC LIMIT 1), 0);
    DROP INDEX outbox_posted;
    DROP INDEX outbox_by_wallet;
    CREATE INDEX outbox_posted ON outbox (posting) WHERE state = 'posted';
    CREATE INDEX outbox_by_wallet ON outbox (wallet, posting);
    """

  /// What is asked of the ledger under an id whose answer has not come, and the blocked cards that it is not yet told of.
  private static let lifeOfCards = """
    CREATE TABLE questions (
      request TEXT PRIMARY KEY NOT NULL,
      id TEXT NOT NULL,
      operator_card TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sightings (
      id TEXT PRIMARY KEY NOT NULL,
      card TEXT NOT NULL,
      reader TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// The outbox anew: a charge may have several debits, a void is a row like them, and the order is a number, because a
  /// clock may step back.
  private static let sequencedOutbox = """
    CREATE TABLE sequenced_outbox (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT UNIQUE NOT NULL,
      charge TEXT NOT NULL REFERENCES charges (id),
      card TEXT NOT NULL,
      wallet TEXT NOT NULL,
      dialect TEXT NOT NULL,
      path TEXT NOT NULL,
      body BLOB NOT NULL,
      signature TEXT NOT NULL,
      witness TEXT,
      amount INTEGER NOT NULL,
      parts TEXT NOT NULL,
      is_offline INTEGER NOT NULL,
      voids TEXT,
      state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'posted', 'refused', 'unknown')),
      attempts INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      answer TEXT,
      code TEXT,
      sentence TEXT
    ) STRICT;
    INSERT INTO sequenced_outbox (id, charge, card, wallet, dialect, path, body, signature, witness, amount, parts,
        is_offline, state, attempts, created_at, updated_at, answer)
      SELECT outbox.id, charge, outbox.card, wallet, dialect, path, body, signature, witness, charges.amount, '{}', 0,
          outbox.state, attempts, outbox.created_at, outbox.updated_at, answer
        FROM outbox JOIN charges ON charges.id = outbox.charge ORDER BY outbox.created_at, outbox.id;
    DROP TABLE outbox;
    ALTER TABLE sequenced_outbox RENAME TO outbox;
    CREATE INDEX outbox_by_charge ON outbox (charge);
    CREATE INDEX outbox_by_wallet ON outbox (wallet, updated_at);
    CREATE INDEX outbox_open ON outbox (sequence) WHERE state IN ('pending', 'sent', 'unknown');
    ALTER TABLE charges ADD COLUMN details TEXT;
    CREATE INDEX charges_by_time ON charges (created_at);
    """

  private static let whatIsKnown = """
    CREATE TABLE hotlist (
      tag TEXT PRIMARY KEY NOT NULL,
      state TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE unsettled (
      debit TEXT PRIMARY KEY NOT NULL,
      tag TEXT NOT NULL,
      amount INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX unsettled_by_tag ON unsettled (tag);
    CREATE TABLE offline_spending (
      card TEXT PRIMARY KEY NOT NULL,
      amount INTEGER NOT NULL CHECK (amount >= 0)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE knowledge (
      subject TEXT PRIMARY KEY NOT NULL,
      value TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      what TEXT NOT NULL,
      operator_card TEXT,
      subject TEXT,
      detail TEXT
    ) STRICT;
    """
}
