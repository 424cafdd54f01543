import Model

/// Something that sees cards: a reader stack with all its readers, or a recording of one.
public protocol TagReader: Sendable {
  /// Reports sightings and states until the task is cancelled.
  ///
  /// Never throws: trouble is a state, and the reader tries again by itself. `emit` is called from any thread, one call at
  /// a time for each reader, and must return quickly, because the next card waits for it.
  func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async
}
