import FedowProtocol
import Foundation
import GRDB
import Model
import Testing

@testable import Ledger

@Suite("The export and the store's tables")
struct ExportedColumnsTests {
  /// The columns of each table that the store has.
  private func columns(of store: LedgerStore) async throws -> [String: [String]] {
    try await store.onWriter { db in
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
      return Dictionary(
        uniqueKeysWithValues: try tables.map { table in
          (table, try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table]))
        })
    }
  }

  /// What the export gives, `table.column`, from all its parts.
  private static let given = (LedgerExport.sections.map(\.gives) + [LedgerExport.chain]).reduce(into: Set<String>()) {
    for (table, columns) in $1 { $0.formUnion(columns.map { "\(table).\($0)" }) }
  }

  @Test("each column of the store is exported, or withheld with a reason")
  func everyColumn() async throws {
    let ledger = try await LedgerFixture()
    var known: Set<String> = []
    for (table, columns) in try await columns(of: ledger.store) {
      known.insert(table)
      guard table != "settings", LedgerExport.withheld[table] == nil else { continue }
      for column in columns.map({ "\(table).\($0)" }) {
        known.insert(column)
        let isGiven = Self.given.contains(column)
        let reason = LedgerExport.withheld[column]
        #expect(isGiven != (reason != nil), "\(column): give it in LedgerExport, or say in `withheld` why not")
      }
    }
    #expect(Self.given.subtracting(known).isEmpty, "The export gives what the store has not.")
    let settings = Books.Setting.allCases.map { "settings.\($0.rawValue)" }
    let withheld = Set(LedgerExport.withheld.keys).subtracting(["audit_trail.detail.number_printed"])
    #expect(withheld.subtracting(known).subtracting(settings).isEmpty, "The export withholds what the store has not.")
  }

  @Test("each setting of the ledger is in the first object, or withheld with a reason")
  func everySetting() {
    let given = LedgerExport.settings.map(\.setting) + [.primaryWallet]
    for setting in Books.Setting.allCases {
      let isWithheld = LedgerExport.withheld["settings.\(setting.rawValue)"] != nil
      #expect(given.contains(setting) != isWithheld, "\(setting)")
    }
  }

  @Test("a row of each table comes with what is exported of it, and without what is withheld")
  func everyRow() async throws {
    let ledger = try await LedgerFixture()
    for table in LedgerExport.people + LedgerExport.cards + LedgerExport.permissions + LedgerExport.money
      + LedgerExport.stripe
    {
      let marks = try await mark(table.name, in: ledger.store)
      let found = try await ledger.store.read { books in
        var objects: [JSON] = []
        try table.give(books) { objects.append($0) }
        return objects.map(\.compact)
      }
      for (column, mark) in marks {
        let isGiven = Self.given.contains("\(table.name).\(column)")
        #expect(found.contains { $0.contains(mark) } == isGiven, "\(table.name).\(column)")
      }
      let keys = try #require(try found.first.map { try JSON.parse($0).object?.entries.count })
      #expect(keys == table.columns.count + 1, "two columns of \(table.name) have one name")
    }
  }

  /// Writes a row whose every text says of which column it is; returns the texts by their columns.
  private func mark(_ table: String, in store: LedgerStore) async throws -> [String: String] {
    try await store.onWriter { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
      let columns = try Row.fetchAll(db, sql: "SELECT name, type FROM pragma_table_info(?)", arguments: [table])
      var (marks, values): ([String: String], [DatabaseValue]) = ([:], [])
      for column in columns {
        let (name, type): (String, String) = (column["name"], column["type"])
        guard type == "TEXT" else {
          values.append(type == "BLOB" ? Data("blob".utf8).databaseValue : 7_654_321.databaseValue)
          continue
        }
        marks[name] = "<\(table)-\(name)>"
        let isJSON = ["detail", "body", "void_body", "currently_due"].contains(name)
        values.append((isJSON ? "{\"mark\":\"<\(table)-\(name)>\"}" : "<\(table)-\(name)>").databaseValue)
      }
      let places = values.map { _ in "?" }.joined(separator: ", ")
      try db.execute(sql: "INSERT INTO \(table) VALUES (\(places))", arguments: StatementArguments(values))
      return marks
    }
  }
}
