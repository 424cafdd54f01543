import Model

/// Readers that libnfc finds by itself: looks until there are some, then runs them.
///
/// libnfc looks at USB devices; serial lines only when its own configuration allows the intrusive scan.
public struct LibnfcDiscovery: TagReader {
  private let command: WorkerCommand

  /// What starts a worker; without a connection string it lists the devices.
  public init(worker: WorkerCommand) { command = worker }

  /// Looks every five seconds and runs each device once it is found.
  public func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      var known: Set<String> = []
      while !Task.isCancelled {
        for connstring in await connstrings() where known.insert(connstring).inserted {
          group.addTask { await LibnfcReader(connstring: connstring, worker: command).run(emit) }
        }
        try? await Task.sleep(for: .seconds(5))
      }
    }
  }

  /// What libnfc finds now; nothing when it takes longer than ten seconds.
  func connstrings() async -> [String] {
    guard let interrupt = InterruptPipe() else { return [] }
    let command = command
    let found = Found()
    await BlockingThread.run(
      {
        guard let process = WorkerProcess(command, connstring: nil) else { return }
        while case .frame(let frame) = process.next(milliseconds: 10_000, interrupt: interrupt.readable) {
          if case .device(let connstring) = frame { found.append(connstring) }
        }
      }, onCancel: { interrupt.signal() })
    return found.connstrings
  }
}
