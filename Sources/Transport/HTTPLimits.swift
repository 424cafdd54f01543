/// How long and how much an exchange may take.
public struct HTTPLimits: Hashable, Sendable {
  /// Until the connection stands, in milliseconds.
  public let connectMilliseconds: Int
  /// Until the last byte of the answer, in milliseconds; 0 for a stream that never ends.
  public let totalMilliseconds: Int
  /// The longest body, in bytes; a longer one is a failure.
  public let bodyBytes: Int

  /// Limits of an exchange.
  public init(connectMilliseconds: Int, totalMilliseconds: Int, bodyBytes: Int = 1 << 20) {
    self.connectMilliseconds = connectMilliseconds
    self.totalMilliseconds = totalMilliseconds
    self.bodyBytes = bodyBytes
  }
}
