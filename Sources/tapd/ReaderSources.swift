import Kiosk
import Readers

/// The readers that the configuration names.
enum ReaderSources {
  static func make(_ configuration: KioskConfiguration) -> ReaderSet {
    // The same binary, so that there is no second program that could be of another version.
    let worker = WorkerCommand(
      executable: "/proc/self/exe", arguments: [ReaderWorkerCommand.configuration.commandName ?? ""])
    var readers: [any TagReader] = []
    if configuration.usesPCSC { readers.append(PCSCReaders()) }
    for connection in configuration.libnfcConnections {
      readers.append(LibnfcReader(connstring: connection, worker: worker))
    }
    if configuration.discoversLibnfc { readers.append(LibnfcDiscovery(worker: worker)) }
    if let trace = configuration.trace {
      readers.append(TraceReader(path: trace, pace: configuration.tracePace == .live ? .live : .recorded))
    }
    return ReaderSet(readers)
  }
}
