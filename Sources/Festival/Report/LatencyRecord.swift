import Histogram

/// Latencies in microseconds, up to ten minutes, to three digits (HdrHistogram): what is kept does not grow with them.
public struct LatencyRecord: Sendable {
  private static let most: UInt64 = 600_000_000
  private var histogram = Histogram<UInt64>(highestTrackableValue: most, numberOfSignificantValueDigits: .three)

  /// None yet.
  public init() {}

  /// How many there are.
  public var count: Int { Int(histogram.totalCount) }

  /// Adds one.
  public mutating func add(_ latency: Duration) {
    let (seconds, attoseconds) = latency.components
    let microseconds = max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    _ = histogram.record(min(UInt64(microseconds), Self.most))
  }

  /// Milliseconds that this many of a hundred do not exceed; 0 without any.
  public func milliseconds(_ percentile: Double) -> Double {
    count == 0 ? 0 : Double(histogram.valueAtPercentile(percentile)) / 1000
  }

  /// The longest, in milliseconds.
  public var longest: Double { count == 0 ? 0 : Double(histogram.max) / 1000 }
}
