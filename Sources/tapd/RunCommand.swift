import ArgumentParser
import Glibc
import Kiosk
import KioskHTTP
import Logging
import Model
import NIOCore
import Readers
import ServiceLifecycle
import UnixSignals

/// `tapd run`: everything until SIGTERM.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Run the kiosk until SIGTERM.")

  @Option(help: "The configuration file; without it every key has its default.")
  var config: String?

  func run() async throws {
    let settings: KioskConfiguration
    let readers: any TagReader
    do {
      settings = try config.map { path throws(Refusal) in try ConfigurationFile.load(path) } ?? KioskConfiguration()
      readers = try ReaderSources.make(settings)
    } catch {
      throw Failure.exit(error, status: EX_CONFIG)
    }
    // What the daemon writes is nobody else's to read.
    umask(0o077)
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "tapd")
    logger.logLevel = settings.logLevel
    let kiosk: TapKiosk
    do {
      kiosk = try await TapKiosk.open(settings, clock: MachineClock(), logger: logger)
    } catch {
      throw Failure.exit(error, status: EX_IOERR)
    }
    do {
      _ = try kiosk.ledgers.ledger()
    } catch {
      logger.warning("no ledger yet", metadata: ["code": "\(error.code.rawValue)", "sentence": "\(error.sentence)"])
    }
    do {
      try await serve(kiosk, readers: readers, logger: logger)
    } catch let error as IOError {
      let address = "\(settings.host):\(settings.port)"
      logger.error("cannot listen", metadata: ["address": "\(address)", "error": "\(error)"])
      throw Failure.exit(Refusal(.addressUnavailable), status: EX_UNAVAILABLE)
    }
  }

  /// The group stops its services from the last to the first: watchers are sent away, the API closes, the readers stop,
  /// and only then the debit in hand, which its time-outs bound, is brought to its end.
  private func serve(_ kiosk: TapKiosk, readers: any TagReader, logger: Logger) async throws {
    let clock = MachineClock()
    let hub = ReaderHub(readers: readers, kiosk: kiosk, clock: clock, logger: logger)
    var configuration = ServiceGroupConfiguration(
      services: [
        .init(service: kiosk.forwarder), .init(service: kiosk.pipeline), .init(service: kiosk.watch),
        .init(service: hub),
        .init(service: KioskAPI(kiosk: kiosk).application(logger: logger)),
        .init(service: Heartbeat(events: kiosk.events, clock: clock)),
      ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(20)
    try await ServiceGroup(configuration: configuration).run()
  }
}
