import FedowProtocol

/// Something that whoever watches the kiosk is told.
public struct KioskEvent: Hashable, Sendable {
  /// What kind of news it is.
  public enum Kind: String, Sendable, Hashable {
    /// What a reader is doing.
    case reader
    /// A card was presented, whether or not it pays anything.
    case tap
    /// A charge changed its state.
    case charge
    /// The ledger went away, or came back.
    case link
    /// A session of an operator was opened or ended.
    case session = "operator"
    /// A card that a program asked for was tapped, or nobody tapped one.
    case capture
    /// Nothing happened for a while, and the daemon lives.
    case heartbeat
  }

  /// Counts up from the daemon's start.
  public let id: UInt64
  /// The kind.
  public let kind: Kind
  /// The news.
  public let data: JSON
}
