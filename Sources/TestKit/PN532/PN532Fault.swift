/// What the emulated chip does wrong to a command that looks for cards.
public enum PN532Fault: Hashable, Sendable {
  /// No acknowledgement, no answer.
  case silence
  /// Acknowledged, never answered.
  case noAnswer
  /// An answer whose checksum is wrong.
  case garbage
  /// The first half of an answer.
  case truncated
  /// The right answer, so many milliseconds late.
  case late(Int)
  /// A deselect answered with a status that does not exist, at which libnfc was seen to abort.
  case impossibleStatus
}
