/// One request as it goes on the wire.
public struct HTTPRequest: Hashable, Sendable {
  /// `GET`, `POST` or `DELETE`.
  public let method: String
  /// The whole address.
  public let url: String
  /// Headers in order, each `Name: value`.
  public let headers: [String]
  /// The body; nil for none.
  public let body: [UInt8]?
  /// Whether a second arrival of the same bytes does no harm. One that may not arrive twice gets a connection of its
  /// own, because libcurl sends again by itself when a kept connection turns out to be dead.
  public let isRepeatable: Bool
  /// Whether the exchange ends when its task is cancelled: for a question that the server holds open, never for anything
  /// that moves money, whose answer is worth waiting for.
  public let isAbandonable: Bool

  /// A request.
  public init(
    method: String, url: String, headers: [String] = [], body: [UInt8]? = nil, isRepeatable: Bool = true,
    isAbandonable: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.isRepeatable = isRepeatable
    self.isAbandonable = isAbandonable
  }
}
