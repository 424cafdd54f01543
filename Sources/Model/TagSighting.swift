/// What one reader saw in its field at one instant.
///
/// Readers report changes, and may report the same content again; `Rules.TapDetector` makes taps of them.
public struct TagSighting: Hashable, Sendable {
  /// Which reader saw it.
  public let reader: ReaderID
  /// What lies in its field.
  public let field: Field
  /// When the reader's stack gave the news.
  public let instant: MonotonicTime

  /// What was seen, where and when.
  public init(reader: ReaderID, field: Field, instant: MonotonicTime) {
    self.reader = reader
    self.field = field
    self.instant = instant
  }

  /// The content of a reader's field.
  public enum Field: Hashable, Sendable {
    /// No card.
    case empty
    /// One card.
    case tag(TagUID, TagTechnology)
    /// More cards than one.
    case several
    /// Something that did not give a UID, and why.
    case unreadable(String)
    /// The reader cannot say (unplugged, its stack away): neither a presence nor a removal.
    case lost
  }
}

/// What a reader tells: what it sees, and what it is doing.
public enum ReaderEvent: Hashable, Sendable {
  case sighting(TagSighting)
  case state(ReaderID, ReaderState, MonotonicTime)
}
