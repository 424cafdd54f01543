import Foundation
import GRDB
import Model
import Synchronization

/// The totals of every quarter of an hour, in a file of their own beside the ledger.
///
/// Derived: whatever happens to the file, it is made again from the ledger, and a report says the same without it, only
/// later. In a file of their own because another's commit makes the ledger's writer forget what it remembers, and so that
/// neither a backup nor a check of the books has to know of it.
final class TotalsFile: Sendable {
  private let path: String
  private let opened = Mutex<DatabasePool?>(nil)

  /// How far the ledger is counted, and by which hash that ledger is known again.
  struct Mark: Hashable, Sendable {
    var sequence: Int64 = 0
    var hash = ""
  }

  /// The totals beside this database file, opened when they are first needed.
  init(beside ledger: String) {
    path = (ledger.hasSuffix(".sqlite") ? String(ledger.dropLast(7)) : ledger) + "-totals.sqlite"
  }

  private func pool() throws -> DatabasePool {
    try opened.withLock { opened in
      if let opened { return opened }
      let pool: DatabasePool
      do {
        pool = try open()
      } catch {
        // What is not readable is not worth more than what it is made of.
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        pool = try open()
      }
      opened = pool
      return pool
    }
  }

  private func open() throws -> DatabasePool {
    var configuration = Configuration()
    configuration.label = "totals"
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 2
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.write { db in
      try db.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS totals (
            place TEXT NOT NULL, quarter INTEGER NOT NULL, device TEXT NOT NULL, asset TEXT NOT NULL,
            kind TEXT NOT NULL, count INTEGER NOT NULL, amount INTEGER NOT NULL,
            PRIMARY KEY (place, quarter, device, asset, kind)) STRICT, WITHOUT ROWID;
          CREATE TABLE IF NOT EXISTS mark (
            number INTEGER PRIMARY KEY CHECK (number = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
          """)
    }
    return pool
  }

  private static func mark(_ db: Database) throws -> Mark {
    let row = try Row.fetchOne(db, sql: "SELECT sequence, hash FROM mark")
    return row.map { Mark(sequence: $0["sequence"], hash: $0["hash"]) } ?? Mark()
  }

  /// How far it is counted.
  func mark() async throws -> Mark { try await pool().read { try Self.mark($0) } }

  /// The totals of whole quarters, of one place or of all, with how far the ledger is counted in them.
  func totals(of place: EntityID?, quarters: Range<Int64>) async throws -> (mark: Mark, takings: [Taking]) {
    try await pool().read { db in
      let condition = place.map { _ in "place = ? AND " } ?? ""
      let rows = try Row.fetchCursor(
        db,
        sql:
          "SELECT quarter, place, device, asset, kind, count, amount FROM totals WHERE \(condition)quarter >= ? AND quarter < ?",
        arguments: StatementArguments(place.map { [$0.text] } ?? [])
          + [quarters.lowerBound, quarters.upperBound])
      return (try Self.mark(db), try .read(rows))
    }
  }

  /// Adds what was counted from one mark to another; nothing when someone else has counted since.
  func add(_ takings: [Taking], from: Mark, to: Mark) async throws {
    try await pool().write { db in
      guard try Self.mark(db) == from else { return }
      let insert = try db.makeStatement(
        sql: """
          INSERT INTO totals (place, quarter, device, asset, kind, count, amount) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET count = count + excluded.count,
            amount = CASE WHEN amount > \(Int64.max) - excluded.amount THEN \(Int64.max)
              ELSE amount + excluded.amount END
          """)
      for taking in takings {
        try insert.execute(
          arguments: [
            taking.place.text, taking.quarter, taking.device?.text ?? "", taking.asset.text, taking.kind.rawValue,
            taking.count, taking.amount,
          ])
      }
      try db.execute(
        sql: "INSERT OR REPLACE INTO mark (number, sequence, hash) VALUES (1, ?, ?)",
        arguments: [to.sequence, to.hash])
    }
  }

  /// Begins again: what was counted was another ledger.
  func clear() async throws {
    try await pool().write { try $0.execute(sql: "DELETE FROM totals; DELETE FROM mark") }
  }
}
