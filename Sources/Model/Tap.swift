/// One presentation of one card at one reader: the arrival edge, never its continuation.
public struct Tap: Hashable, Sendable {
  /// Which reader.
  public let reader: ReaderID
  /// Which card.
  public let uid: TagUID
  /// What kind of card the reader takes it for.
  public let technology: TagTechnology
  /// When the card was seen.
  public let instant: MonotonicTime

  /// A tap of this card there and then.
  public init(reader: ReaderID, uid: TagUID, technology: TagTechnology, instant: MonotonicTime) {
    self.reader = reader
    self.uid = uid
    self.technology = technology
    self.instant = instant
  }
}
