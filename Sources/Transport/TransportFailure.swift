/// Why there is no answer, and the one thing that matters about it: whether the server may have acted.
public enum TransportFailure: Error, Hashable, Sendable {
  /// Nothing of the request left the machine.
  case notSent(String)
  /// Something did, so the server may have acted on it.
  case uncertain(String)

  /// For the log.
  public var reason: String {
    switch self {
    case .notSent(let reason), .uncertain(let reason): reason
    }
  }
}
