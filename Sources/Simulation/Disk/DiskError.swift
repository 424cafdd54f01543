import GRDBSQLite

/// SQLite's extended codes of failed input and output, whose macros Swift does not see (sqlite.org/rescode.html).
enum DiskError {
  static let read = code(1)
  static let shortRead = code(2)
  static let write = code(3)
  static let sync = code(4)
  static let truncate = code(6)
  static let delete = code(10)

  private static func code(_ number: Int32) -> Int32 { SQLITE_IOERR | number << 8 }
}
