extension Books {
  /// The sum of a column of money, in SQL: the largest or smallest number where it does not fit.
  ///
  /// SQLite's own sum ends the query then, and with it every report that a place asks for. The upper and the lower halves
  /// are summed by themselves; for both to fit there may be two thousand million rows.
  static func sum(_ column: String) -> String {
    let low = "coalesce(sum(\(column) & 4294967295), 0)"
    let high = "(coalesce(sum(\(column) >> 32), 0) + (\(low) >> 32))"
    return """
      CASE WHEN \(high) > 2147483647 THEN \(Int64.max) WHEN \(high) < -2147483648 THEN \(Int64.min)
        ELSE (\(high) << 32) | (\(low) & 4294967295) END
      """
  }
}
