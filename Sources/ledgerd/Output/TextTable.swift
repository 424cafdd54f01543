import FedowProtocol

/// Rows of JSON as a table, for spreadsheets (RFC 4180) or for people.
struct TextTable {
  /// The fields that are columns, in their order.
  let columns: [String]
  let rows: [[String]]

  /// A table of these fields of objects.
  /// - Parameter texts: how a field is written that is not written as it is.
  init(_ objects: [JSON], columns: [String], texts: [String: (JSON) -> String] = [:]) {
    self.columns = columns
    rows = objects.map { object in
      columns.map { column in
        guard let value = object[column], !value.isNull else { return "" }
        if let text = texts[column] { return text(value) }
        return value.text ?? value.int64.map { String($0) } ?? value.compact
      }
    }
  }

  /// The lines of a CSV file, the first of them the columns' names.
  var csv: [String] { ([columns] + rows).map { $0.map(Self.quoted).joined(separator: ",") } }

  /// Lines in columns.
  var lines: [String] {
    let all = [columns] + rows
    let widths = columns.indices.map { index in all.map { $0[index].count }.max() ?? 0 }
    return all.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
  }

  /// A cell that begins like a formula would be one in a spreadsheet, and names are anyone's to choose.
  private static func quoted(_ cell: String) -> String {
    let isNumber = Int64(cell) != nil || cell.allSatisfy { $0.isNumber || $0 == "." || $0 == "-" }
    let safe = !isNumber && cell.first.map { "=+-@\t\r".contains($0) } ?? false ? "'" + cell : cell
    guard safe.contains(where: { ",\"\n\r\r\n".contains($0) }) else { return safe }
    return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
