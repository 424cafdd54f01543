import Model

/// Every contactless reader that pcscd has, plugged and unplugged as it pleases, through libpcsclite.
public struct PCSCReaders: TagReader {
  /// A view of pcscd's readers; which pcscd is libpcsclite's business (`PCSCLITE_CSOCK_NAME`).
  public init() {}

  /// Runs a thread that waits in libpcsclite; cancelled by SCardCancel.
  public func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async {
    let stop = StopSignal()
    await BlockingThread.run({ PCSCLoop(stop: stop, emit: emit).run() }, onCancel: { stop.stop() })
  }
}
