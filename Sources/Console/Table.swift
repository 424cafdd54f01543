/// Rows in columns as wide as what stands in them.
public struct Table {
  /// Where a column's text stands.
  public enum Side: Sendable { case left, right }

  private let sides: [Side]
  private var rows: [[String]]

  /// A table with these heads; numbers stand on the right.
  public init(_ columns: [(head: String, side: Side)]) {
    sides = columns.map(\.side)
    rows = [columns.map(\.head)]
  }

  /// Adds a row.
  public mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines, the heads first; bold on a terminal.
  public func lines(_ style: Style = .plain) -> [String] {
    let widths = sides.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.enumerated().map { index, row in
      let cells = row.indices.map { column -> String in
        let gap = String(repeating: " ", count: widths[column] - row[column].count)
        return sides[column] == .left ? row[column] + gap : gap + row[column]
      }
      let line = String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
      return index == 0 ? style.bold(line) : line
    }
  }
}
