import FedowProtocol
import Foundation
import GRDB
import Model

/// Who entered where; and debits of nothing, which entrances without a price are.
extension LedgerStore {
  static func registerEntrances(in migrator: inout DatabaseMigrator) {
    // What a migration of the table turns around for a moment is not checked in between.
    migrator.registerMigration("8 entrances", foreignKeyChecks: .immediate, migrate: entrances)
  }

  private static func entrances(_ db: Database) throws {
    try allowDebitsOfNothing(db)
    try db.execute(
      sql: """
        CREATE TABLE entrances (
          number INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL REFERENCES places(uuid), debit TEXT NOT NULL,
          wallet TEXT NOT NULL, membership TEXT NOT NULL REFERENCES assets(uuid),
          standing TEXT NOT NULL CHECK (standing IN ('none', 'begins', 'valid', 'expired')), standing_at INTEGER,
          badge TEXT REFERENCES assets(uuid), posted TEXT UNIQUE REFERENCES transactions(uuid), at INTEGER NOT NULL,
          after_sequence INTEGER NOT NULL, is_offline INTEGER NOT NULL, UNIQUE (place, debit)) STRICT;
        CREATE INDEX entrances_wallet ON entrances(place, wallet, number);
        CREATE TRIGGER entrances_are_final BEFORE UPDATE ON entrances
          BEGIN SELECT RAISE(ABORT, 'an entrance never changes'); END;
        CREATE TRIGGER entrances_stay BEFORE DELETE ON entrances
          BEGIN SELECT RAISE(ABORT, 'an entrance is never deleted'); END;
        """)
  }

  /// Makes the table of debits again with another check, as SQLite has it; its columns are whatever they have become.
  private static func allowDebitsOfNothing(_ db: Database) throws {
    let (old, new) = ("CHECK (amount > 0)", "CHECK (amount >= 0)")
    guard
      let table = try String.fetchOne(
        db, sql: "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'debits'"),
      let name = table.range(of: "debits"), table.contains(old)
    else { throw Refusal(.ledgerBroken, "The table of debits is not the one that is known.") }
    let others = try String.fetchAll(
      db, sql: "SELECT sql FROM sqlite_master WHERE tbl_name = 'debits' AND type <> 'table' AND sql IS NOT NULL")
    let made = table.replacingCharacters(in: name, with: "debits_of_nothing").replacingOccurrences(of: old, with: new)
    try db.execute(sql: made)
    try db.execute(
      sql: """
        INSERT INTO debits_of_nothing SELECT * FROM debits ORDER BY number;
        DROP TABLE debits;
        ALTER TABLE debits_of_nothing RENAME TO debits;
        """)
    for sql in others { try db.execute(sql: sql) }
  }
}
