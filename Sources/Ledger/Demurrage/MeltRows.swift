import GRDB
import Model
import Rules

/// The table of what melted, read beside the transactions in their order.
struct MeltRows {
  struct Row: Hashable {
    let sequence: Int64
    let wallet: String
    let asset: String
    let terms: Int64
    let start: Int64
    let end: Int64
    let least: Int64
    let amount: Int64
  }

  private let cursor: RowCursor
  private var next: Row?

  init(_ books: Books) throws {
    cursor = try GRDB.Row.fetchCursor(
      books.database,
      sql: "SELECT sequence, wallet, asset, terms, period_start, period_end, least, amount FROM melts ORDER BY sequence"
    )
    try step()
  }

  private mutating func step() throws {
    next = try cursor.next().map {
      Row(
        sequence: $0[0], wallet: $0[1], asset: $0[2], terms: $0[3], start: $0[4], end: $0[5], least: $0[6],
        amount: $0[7])
    }
  }

  /// The row of a transaction, and the rows of none before it.
  mutating func take(_ sequence: Int64) throws -> (row: Row?, strays: [Row]) {
    var strays: [Row] = []
    while let row = next, row.sequence < sequence {
      strays.append(row)
      try step()
    }
    guard let row = next, row.sequence == sequence else { return (nil, strays) }
    try step()
    return (row, strays)
  }
}
