import Model

/// What the pipeline is told of a reader's field.
public enum TapNews: Hashable, Sendable {
  /// A card was presented.
  case tap(Tap)
  /// Something was presented that cannot pay, for a reason that the next presentation can cure.
  case refused(Refusal, ReaderID, TagUID?)
}
