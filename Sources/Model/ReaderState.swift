/// What a reader is doing, as anyone may watch it.
public enum ReaderState: Hashable, Sendable {
  /// Not connected, or its daemon is away.
  case absent
  /// Being opened.
  case starting
  /// Ready, no card in the field.
  case idle
  /// A card is in the field.
  case reading
  /// Not usable for the moment, and why; it is tried again by itself.
  case faulted(String)
}

extension ReaderState: CustomStringConvertible {
  /// The word that APIs print.
  public var description: String {
    switch self {
    case .absent: "absent"
    case .starting: "starting"
    case .idle: "idle"
    case .reading: "reading"
    case .faulted: "faulted"
    }
  }

  /// Why it is faulted; nil in every other state.
  public var fault: String? {
    if case .faulted(let why) = self { why } else { nil }
  }
}
