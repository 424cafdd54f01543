import ArgumentParser
import Glibc
import Kiosk
import KioskHTTP
import Logging
import Model
import ServiceLifecycle
import UnixSignals

/// `tapd run`: everything until SIGTERM.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Run the kiosk until SIGTERM.")

  @Option(help: "The configuration file; without it every key has its default.")
  var config: String?

  func run() async throws {
    let settings: KioskConfiguration
    do {
      settings = try config.map { path throws(Refusal) in try ConfigurationFile.load(path) } ?? KioskConfiguration()
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
    try await serve(kiosk, logger: logger)
  }

  /// The group stops its services from the last to the first: watchers are sent away, the API closes, the readers stop,
  /// and only then the debit in hand, which its time-outs bound, is brought to its end.
  private func serve(_ kiosk: TapKiosk, logger: Logger) async throws {
    let clock = MachineClock()
    let readers = ReaderHub(
      readers: ReaderSources.make(kiosk.configuration), kiosk: kiosk, clock: clock, logger: logger)
    var configuration = ServiceGroupConfiguration(
      services: [
        .init(service: kiosk.forwarder), .init(service: kiosk.pipeline), .init(service: readers),
        .init(service: KioskAPI(kiosk: kiosk).application(logger: logger)),
        .init(service: Heartbeat(events: kiosk.events, clock: clock)),
      ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(20)
    try await ServiceGroup(configuration: configuration).run()
  }
}
