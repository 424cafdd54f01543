/// The end of a wait for something that a test cannot be told of: it looks again and again, and not for ever.
///
/// Without it a condition that never comes true hangs the whole run, which then says nothing at all.
public struct Patience: Sendable {
  /// What was waited for has not come.
  public struct Lost: Error, CustomStringConvertible {
    /// Which wait, and how long it was.
    public let description: String
  }

  private let limit: Duration
  private let place: String
  private let end: ContinuousClock.Instant

  /// - Parameter limit: generous, for a machine that does much else; whoever is right waits only as long as needed.
  public init(_ limit: Duration = .seconds(120), file: String = #fileID, line: Int = #line) {
    self.limit = limit
    place = "\(file):\(line)"
    end = .now + limit
  }

  /// Lets others run before the next look.
  /// - Throws: `Lost` when the time is over, `CancellationError` when the test is.
  public func spend() async throws {
    try Task.checkCancellation()
    guard ContinuousClock.now < end else {
      throw Lost(description: "What \(place) waits for has not come true in \(limit).")
    }
    await Task.yield()
  }
}
