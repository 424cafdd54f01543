import FedowProtocol
import Foundation
import GRDB
import Model

/// The tables behind the native API: devices, debits with their outcome, the hotlist, policies, the audit trail.
extension LedgerStore {
  static func registerNativeTables(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("2 devices and their enrolment", migrate: devices)
    migrator.registerMigration("2 debits, the refused ones too", migrate: debits)
    migrator.registerMigration("2 hotlist", migrate: hotlist)
    migrator.registerMigration("2 policies and audit trail", migrate: policiesAndAuditTrail)
  }

  /// Each lasting key of a place becomes a device; what was paired before is named after the address it gave.
  private static func devices(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE place_keys ADD COLUMN device TEXT;
        ALTER TABLE place_keys ADD COLUMN name TEXT;
        ALTER TABLE place_keys ADD COLUMN last_seen_at INTEGER;
        ALTER TABLE place_keys ADD COLUMN revoked_at INTEGER;
        CREATE UNIQUE INDEX place_keys_device ON place_keys(device) WHERE device IS NOT NULL;
        CREATE INDEX place_keys_place ON place_keys(place);
        CREATE TABLE enrolments (
          prefix TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, place TEXT NOT NULL REFERENCES places(uuid),
          name TEXT NOT NULL, expires_at INTEGER NOT NULL, created_at INTEGER NOT NULL, device TEXT) STRICT;
        CREATE INDEX enrolments_prefix ON enrolments(prefix);
        """)
    for row in try Row.fetchAll(
      db,
      sql: """
        SELECT k.digest AS digest, coalesce(p.cashless_url, 'till') AS name
        FROM place_keys k LEFT JOIN places p ON p.uuid = k.place WHERE k.purpose = 'place'
        """)
    {
      try db.execute(
        sql: "UPDATE place_keys SET device = ?, name = ? WHERE digest = ?",
        arguments: [EntityID.random().text, row["name"] as String, row["digest"] as String])
    }
  }

  /// A debit's row is what its id is known by, refused or posted; those that were made before come from their answers.
  private static func debits(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE debits (
          number INTEGER PRIMARY KEY, place TEXT NOT NULL REFERENCES places(uuid), id TEXT NOT NULL, device TEXT,
          content TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('posted', 'refused', 'voided')),
          tag TEXT NOT NULL, card TEXT, wallet TEXT, amount INTEGER NOT NULL CHECK (amount > 0),
          code TEXT, status INTEGER NOT NULL, body TEXT NOT NULL, request TEXT,
          is_offline INTEGER NOT NULL DEFAULT 0, decided_at INTEGER NOT NULL, created_at INTEGER NOT NULL,
          delegation TEXT, delegation_day INTEGER,
          settlement TEXT CHECK (settlement IN ('open', 'posted', 'forgiven')), settled_at INTEGER,
          void_id TEXT, void_body TEXT, voided_at INTEGER, UNIQUE (place, id)) STRICT;
        CREATE UNIQUE INDEX debits_void ON debits(place, void_id) WHERE void_id IS NOT NULL;
        CREATE INDEX debits_open ON debits(place) WHERE settlement = 'open';
        CREATE TABLE reversals (
          original TEXT PRIMARY KEY REFERENCES transactions(uuid),
          reverse TEXT NOT NULL UNIQUE REFERENCES transactions(uuid)) STRICT, WITHOUT ROWID;
        """)
    try copyDebits(db)
  }

  /// What was answered to a debit was kept under a digest of its place and id; the answer itself says the id.
  private static func copyDebits(_ db: Database) throws {
    let places = try String.fetchAll(db, sql: "SELECT uuid FROM places")
    let insert = try db.makeStatement(
      sql: """
        INSERT INTO debits (place, id, content, state, tag, amount, status, body, decided_at, created_at)
        VALUES (?, ?, ?, 'posted', ?, ?, ?, ?, ?, ?)
        """)
    let answers = try Row.fetchCursor(
      db,
      sql: """
        SELECT key, content, status, json_set(body, '$.state', 'posted') AS body, created_at,
          json_extract(body, '$.id') AS id, json_extract(body, '$.card') AS tag,
          (SELECT sum(json_extract(value, '$.amount')) FROM json_each(body, '$.transactions')) AS amount
        FROM answers WHERE body LIKE '{%"balances"%' AND json_valid(body) AND json_type(body, '$.balances') = 'array'
          AND json_type(body, '$.transactions') = 'array' AND json_type(body, '$.id') = 'text'
        """)
    while let row = try answers.next() {
      let id: String = row["id"]
      guard let place = places.first(where: { ReplyKey(place: $0, key: "debit:\(id)").digest == row["key"] as Data })
      else { continue }
      let (createdAt, content): (Int64, Data) = (row["created_at"], row["content"])
      try insert.execute(
        arguments: [
          place, id, Books.Debit.digested(content), row["tag"] as String, row["amount"] as Int64,
          row["status"] as Int64, row["body"] as String, createdAt, createdAt,
        ])
    }
  }

  /// The hotlist follows the cards by triggers: whatever blocks a card, and whoever does, it is listed in that commit.
  private static func hotlist(_ db: Database) throws {
    let entry = """
      INSERT INTO hotlist (tag, state, since, version)
      SELECT c.first_tag_id,
        CASE WHEN c.blocked THEN 'blocked' WHEN c.unsettled > 0 THEN 'unsettled' ELSE 'usable' END,
        CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000,
        (SELECT coalesce(max(version), 0) + 1 FROM hotlist)
      FROM cards c
      """
    let update = """
      ON CONFLICT (tag) DO UPDATE SET state = excluded.state, since = excluded.since, version = excluded.version
      """
    try db.execute(
      sql: """
        ALTER TABLE cards ADD COLUMN unsettled INTEGER NOT NULL DEFAULT 0 CHECK (unsettled >= 0);
        CREATE TABLE hotlist (
          tag TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('blocked', 'unsettled', 'usable')),
          since INTEGER NOT NULL, version INTEGER NOT NULL UNIQUE) STRICT, WITHOUT ROWID;
        CREATE TRIGGER cards_are_listed AFTER UPDATE OF blocked, unsettled ON cards
          WHEN old.blocked <> new.blocked OR (old.unsettled > 0) <> (new.unsettled > 0)
          BEGIN \(entry) WHERE c.uuid = new.uuid \(update); END;
        """)
    for row in try Row.fetchAll(db, sql: "SELECT uuid FROM cards WHERE blocked ORDER BY created_at, rowid") {
      try db.execute(sql: "\(entry) WHERE c.uuid = ? \(update)", arguments: [row["uuid"] as String])
    }
  }

  /// SQLite tells who observes a table nothing of one without row ids, so nobody who waited was woken.
  static func observableHotlist(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE observable_hotlist (
          number INTEGER PRIMARY KEY, tag TEXT NOT NULL UNIQUE,
          state TEXT NOT NULL CHECK (state IN ('blocked', 'unsettled', 'usable')),
          since INTEGER NOT NULL, version INTEGER NOT NULL UNIQUE) STRICT;
        INSERT INTO observable_hotlist (tag, state, since, version) SELECT tag, state, since, version FROM hotlist;
        DROP TRIGGER cards_are_listed;
        DROP TABLE hotlist;
        ALTER TABLE observable_hotlist RENAME TO hotlist;
        CREATE TRIGGER cards_are_listed AFTER UPDATE OF blocked, unsettled ON cards
          WHEN old.blocked <> new.blocked OR (old.unsettled > 0) <> (new.unsettled > 0)
          BEGIN
            INSERT INTO hotlist (tag, state, since, version)
              SELECT new.first_tag_id,
                CASE WHEN new.blocked THEN 'blocked' WHEN new.unsettled > 0 THEN 'unsettled' ELSE 'usable' END,
                CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000,
                (SELECT coalesce(max(version), 0) + 1 FROM hotlist) WHERE true
              ON CONFLICT (tag) DO UPDATE SET
                state = excluded.state, since = excluded.since, version = excluded.version;
          END;
        """)
  }

  private static func policiesAndAuditTrail(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE place_policies (
          place TEXT PRIMARY KEY REFERENCES places(uuid), offline INTEGER NOT NULL, offline_per_card INTEGER NOT NULL,
          offline_per_device INTEGER NOT NULL, offline_longest INTEGER NOT NULL, hotlist_longest INTEGER NOT NULL,
          void_window INTEGER NOT NULL, time_zone TEXT, spend_order TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE audit_trail (
          number INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT REFERENCES places(uuid), at INTEGER NOT NULL,
          what TEXT NOT NULL, device TEXT, operator_card TEXT, detail TEXT NOT NULL) STRICT;
        CREATE INDEX audit_trail_place ON audit_trail(place, number);
        ALTER TABLE primary_cards ADD COLUMN until INTEGER;
        ALTER TABLE primary_cards ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
        """)
  }
}
