import FedowProtocol

/// One piece of tapd's event stream.
enum KioskMessage: Sendable {
  /// The stream stands: whatever happens from here on is seen.
  case opened
  /// An event with its kind.
  case event(String, JSON)
}
