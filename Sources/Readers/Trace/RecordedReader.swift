import Model

/// A reader of which everything that it tells is recorded, so that what a venue saw can be replayed at a desk.
public struct RecordedReader: TagReader {
  private let reader: any TagReader
  private let recorder: TraceRecorder

  /// Appends what the reader tells to the file.
  /// - Throws: `Refusal` with code `configuration_invalid` when it cannot be written.
  public init(_ reader: any TagReader, into path: String) throws(Refusal) {
    self.reader = reader
    recorder = try TraceRecorder(path: path)
  }

  /// Runs the reader; each event is passed on first and then recorded, because somebody waits for it.
  public func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async {
    await reader.run { event in
      emit(event)
      recorder.record(event)
    }
  }
}
