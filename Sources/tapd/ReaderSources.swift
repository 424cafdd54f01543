import Kiosk
import Model
import Readers

/// The readers that the configuration names.
enum ReaderSources {
  /// - Throws: `Refusal` with code `configuration_invalid` when the file to record into cannot be written.
  static func make(_ configuration: KioskConfiguration) throws(Refusal) -> any TagReader {
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
    let set = ReaderSet(readers)
    return try configuration.record.map { path throws(Refusal) in try RecordedReader(set, into: path) } ?? set
  }
}
