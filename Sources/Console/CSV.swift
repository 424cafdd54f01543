/// Lines of RFC 4180.
public enum CSV {
  /// One line, without its end.
  ///
  /// A field that a spreadsheet would take for a formula is written with a quotation mark before it, for names and
  /// comments are other people's words.
  public static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") }

  private static func field(_ text: String) -> String {
    let isNumber = text.dropFirst().allSatisfy { $0.isNumber || $0 == "." || $0 == "," }
    let isFormula = text.first.map { "=+-@\t".contains($0) } == true && !isNumber
    let safe = isFormula ? "'" + text : text
    guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
    return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
