import Foundation
import GRDB
import Model

extension KioskStore {
  /// Makes the table of charges again with another check, as SQLite has it: an entrance may cost nothing.
  static func chargesOfNothing(_ database: Database) throws {
    let (old, new) = ("CHECK (amount > 0)", "CHECK (amount >= 0)")
    guard
      let table = try String.fetchOne(
        database, sql: "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'charges'"),
      let name = table.range(of: "charges"), table.contains(old)
    else { throw Refusal(.storeUnavailable, "The table of charges is not the one that is known.") }
    let others = try String.fetchAll(
      database, sql: "SELECT sql FROM sqlite_master WHERE tbl_name = 'charges' AND type <> 'table' AND sql IS NOT NULL")
    try database.execute(
      sql: table.replacingCharacters(in: name, with: "free_charges").replacingOccurrences(of: old, with: new))
    try database.execute(
      sql: """
        INSERT INTO free_charges SELECT * FROM charges ORDER BY rowid;
        DROP TABLE charges;
        ALTER TABLE free_charges RENAME TO charges;
        """)
    for sql in others { try database.execute(sql: sql) }
  }
}
