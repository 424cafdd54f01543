/// One measured figure, and what it should be.
struct Figure {
  /// Its key in `bench.json`; the unit is its last part.
  let key: String
  let value: Double
  /// Its bound; nil for none.
  let target: Target?

  enum Target {
    case atMost(Double)
    case atLeast(Double)
    /// At most so many times the disk's fsync, and so many milliseconds.
    case fsyncs(Double, plus: Double)
  }

  init(_ key: String, _ value: Double, target: Target? = nil) {
    self.key = key
    self.value = value
    self.target = target
  }

  static let fsyncKey = "fsync_ms_p50"
}
