import Model

/// One reader through libnfc, which runs in a process of its own: a crash or a hang costs a restart and is never taken
/// for a card or a removal.
public struct LibnfcReader: TagReader {
  private let connstring: String
  private let command: WorkerCommand

  /// The reader with this libnfc connection string, for instance `pn532_uart:/dev/ttyUSB0`.
  public init(connstring: String, worker: WorkerCommand) {
    self.connstring = connstring
    command = worker
  }

  /// Keeps a worker running until the task is cancelled.
  public func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async {
    guard let interrupt = InterruptPipe() else {
      emit(.state(ReaderID(connstring), .faulted("no file descriptors left"), .now()))
      return
    }
    let loop = LibnfcLoop(connstring: connstring, command: command, interrupt: interrupt, emit: emit)
    await BlockingThread.run({ loop.run() }, onCancel: { interrupt.signal() })
  }
}
