/// A whole answer.
public struct HTTPResponse: Hashable, Sendable {
  /// The status code.
  public let status: Int
  /// The body.
  public let body: [UInt8]

  /// An answer.
  public init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}
