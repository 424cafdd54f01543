import Kiosk
import Logging
import Model
import Readers
import Rules
import Synchronization

/// The readers that the configuration names, and what makes taps of their sightings.
enum ReaderSources {
  static func make(_ configuration: KioskConfiguration, logger: Logger) -> [ReaderHub.Source] {
    var readers: [any TagReader] = []
    if configuration.usesPCSC { readers.append(PCSCReaders()) }
    let worker = ReaderWorkerCommand.command
    for connstring in configuration.libnfcConnections {
      readers.append(LibnfcReader(connstring: connstring, worker: worker))
    }
    if configuration.discoversLibnfc {
      readers.append(LibnfcDiscovery(worker: worker, discover: ReaderWorkerCommand.discovery))
    }
    if let trace = configuration.trace { readers.append(TraceReader(path: trace, pace: .live)) }
    if readers.isEmpty { logger.warning("no readers configured") }
    let set = ReaderSet(readers)
    return [{ emit in await set.run(emit) }]
  }

  static func detection() -> @Sendable (TagSighting) -> TapNews? {
    let detector = DetectorBox()
    return { detector.handle($0) }
  }
}

/// The one detector of the daemon; a box, because the hub calls it from a closure.
private final class DetectorBox: Sendable {
  private let detector = Mutex(TapDetector())

  func handle(_ sighting: TagSighting) -> TapNews? {
    switch detector.withLock({ $0.handle(sighting) }) {
    case .tap(let tap): .tap(tap)
    case .refused(let refusal, let reader, let uid): .refused(refusal, reader, uid)
    case nil: nil
    }
  }
}
