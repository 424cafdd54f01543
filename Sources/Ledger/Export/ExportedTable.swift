import FedowProtocol
import GRDB
import Model

/// A table of the store as the export gives it: one object a row, each column under its own name.
///
/// Which columns are given is written out, so that one that is new is given by nobody's oversight.
struct ExportedTable: Sendable {
  /// The table.
  let name: String
  /// What the export calls a row of it.
  let kind: String
  /// The columns that are given, in their order.
  let columns: [ExportedColumn]
  /// How its rows follow each other.
  let order: String

  init(_ name: String, as kind: String, by order: String = "rowid", _ columns: [ExportedColumn]) {
    self.name = name
    self.kind = kind
    self.columns = columns
    self.order = order
  }

  /// Gives each row as an object.
  func give(_ books: Books, _ give: (JSON) throws -> Void) throws {
    let selection = columns.map { $0.expression.map { "(\($0))" } ?? $0.name }.joined(separator: ", ")
    let cursor = try Row.fetchCursor(books.database, sql: "SELECT \(selection) FROM \(name) ORDER BY \(order)")
    while let row = try cursor.next() {
      var fields: [(String, JSON)] = [("kind", JSON(kind))]
      for (place, column) in columns.enumerated() { fields.append((column.name, try column.json(row[place]))) }
      try give(.object(JSONObject(fields)))
    }
  }
}

/// A column of the export: a table's own, or what an expression says of each of its rows.
struct ExportedColumn: Sendable, ExpressibleByStringLiteral {
  /// What the column's values are.
  enum Form: Sendable {
    /// A text or a whole number.
    case plain
    /// Microseconds since 1970, given as the wire writes instants.
    case instant
    /// Seconds since 1970, as Stripe counts, given as the wire writes instants.
    case seconds
    /// 0 or 1, given as false or true.
    case flag
    /// JSON, given as what it is.
    case json
    /// Words with this character between them, given as a list.
    case words(Character)
  }

  let name: String
  let form: Form
  /// nil: the column of that name.
  let expression: String?
  /// The table's column that it gives; nil when it says something else.
  let column: String?

  init(_ name: String, _ form: Form, from expression: String? = nil, giving column: String? = nil) {
    self.name = name
    self.form = form
    self.expression = expression
    self.column = column ?? (expression == nil ? name : nil)
  }

  /// A text or a number; a name that ends in `_at` is an instant's.
  init(stringLiteral name: String) { self.init(name, name.hasSuffix("_at") ? .instant : .plain) }

  static func flag(_ name: String) -> Self { Self(name, .flag) }
  static func instant(_ name: String) -> Self { Self(name, .instant) }
  static func json(_ name: String, from expression: String? = nil, giving column: String? = nil) -> Self {
    Self(name, .json, from: expression, giving: column)
  }
  /// A column under another name, where its own is taken.
  static func renamed(_ column: String, to name: String) -> Self { Self(name, .plain, from: column, giving: column) }
  static func seconds(_ name: String) -> Self { Self(name, .seconds) }
  static func flagged(_ name: String, from expression: String) -> Self { Self(name, .flag, from: expression) }
  static func words(_ name: String, between separator: Character) -> Self { Self(name, .words(separator)) }

  func json(_ value: DatabaseValue) throws -> JSON {
    guard !value.isNull else { return .null }
    let (number, text) = (Int64.fromDatabaseValue(value), String.fromDatabaseValue(value))
    switch form {
    case .plain: return number.map { JSON($0) } ?? JSON(text)
    case .instant: return JSON(number.map { LedgerTime(microseconds: $0).wire })
    case .seconds: return JSON(number.map { LedgerTime(microseconds: $0 * 1_000_000).wire })
    case .flag: return .bool(number != 0)
    case .json: return try JSON.parse(text ?? "null")
    case .words(let separator):
      return .array((text ?? "").split(separator: separator).map { JSON(String($0)) })
    }
  }
}
