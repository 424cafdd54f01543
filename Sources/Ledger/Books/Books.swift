import FedowProtocol
import GRDB
import Model

/// The ledger's tables inside one transaction of the store: every statement of SQL is a method of this.
///
/// On a reading connection its writing methods fail.
public struct Books {
  let database: Database
  /// What the writer remembers; nil on every other connection.
  let memory: BooksMemory?
  /// When it is read or written, for what comes due with time alone; nil: now on the wall clock.
  private(set) var instant: LedgerTime?

  init(database: Database, memory: BooksMemory? = nil, instant: LedgerTime? = nil) {
    self.database = database
    self.memory = memory
    self.instant = instant
  }

  /// The same tables at an instant.
  func at(_ instant: LedgerTime) -> Books { Books(database: database, memory: memory, instant: instant) }

  /// The first row, with the statement kept compiled for the next time.
  func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
    try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
  }

  /// All rows, with the statement kept compiled for the next time.
  func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
    try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments)
  }

  /// Executes a statement, kept compiled for the next time.
  func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
    memory?.forget()
    try executeRemembered(sql, arguments)
  }

  /// Executes a statement whose effect the caller writes into the memory itself.
  func executeRemembered(_ sql: String, _ arguments: StatementArguments) throws {
    try database.cachedStatement(sql: sql).execute(arguments: arguments)
  }
}

extension Row {
  /// A column that must hold a UUID.
  func id(_ column: String) throws -> EntityID {
    guard let id = try optionalID(column) else { throw Refusal(.ledgerBroken, "No UUID in column \(column).") }
    return id
  }

  /// A column that holds a UUID or nothing.
  func optionalID(_ column: String) throws -> EntityID? {
    let text: String? = self[column]
    guard let text else { return nil }
    guard let id = EntityID(text) else { throw Refusal(.ledgerBroken, "'\(text)' in column \(column) is no UUID.") }
    return id
  }

  /// A column of microseconds.
  func time(_ column: String) -> LedgerTime? {
    let microseconds: Int64? = self[column]
    return microseconds.map { LedgerTime(microseconds: $0) }
  }
}
