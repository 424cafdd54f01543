import ArgumentParser
import Hummingbird
import Ledger
import LedgerHTTP
import Logging
import Model
import NIOCore
import ServiceLifecycle
import UnixSignals

/// Runs the server.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the ledger over HTTP until SIGTERM; what was begun then is still finished and answered.")

  @Option(name: .long, help: "The address to listen on (default: 127.0.0.1, or as configured).")
  var host: String?

  @Option(name: .long, help: "The port to listen on (default: 8442, or as configured).")
  var port: Int?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    do {
      try await serve()
    } catch let refusal as Refusal {
      try await options.run { throw refusal }
    }
  }

  private func serve() async throws {
    let configuration = try options.configuration()
    var logger = Logger(label: "ledgerd")
    logger.logLevel = configuration.logLevel
    let store = try options.store()
    guard try await store.isInstalled() else {
      throw Refusal(.configurationInvalid, "This ledger is not installed yet. Run: ledgerd install")
    }
    try await ServerKey(store: store).ensure()
    let ticketing = TicketingNotifier(logger: logger)
    let bell = SealingService.Bell()
    let postings = PostingService(
      store: store, bounds: .init(batch: configuration.batch, queue: configuration.queue),
      notify: { ticketing.tell($0) }, committed: { bell.ring() }, logger: logger)
    let stripe = try configuration.stripe.map {
      try StripeService($0, store: store, postings: postings, logger: logger)
    }
    let api = LedgerAPI(
      store: store, authenticator: Authenticator(store: store, walletDateWindow: configuration.walletDateWindow),
      postings: postings, logger: logger, rates: configuration.rates, stripe: stripe?.desk)
    let address = BindAddress.hostname(host ?? configuration.host, port: port ?? configuration.port)
    let server = Application(
      router: api.router(),
      server: .http1(
        configuration: .init(
          idleTimeout: TimeAmount(configuration.idleTimeout),
          // A head is a few keys and a signature of 344 characters; the rest is for what proxies add.
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: address, serverName: "ledgerd",
        availableConnectionsDelegate: .maximum(configuration.connections, logger: logger)),
      onServerRunning: { [logger] channel in
        logger.info("serving", metadata: ["address": "\(channel.localAddress.map { "\($0)" } ?? "?")"])
      }, logger: logger)
    // Ended in reverse order: the server stops taking requests, then the writer finishes what it has.
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          .init(service: ticketing), .init(service: TotalsCarrier(store: store, logger: logger)),
          .init(service: postings),
          .init(service: SealingService(store: store, postings: postings, bell: bell, logger: logger)),
          .init(service: DemurrageService(store: store, postings: postings, logger: logger)),
          .init(service: ReservationService(store: store, postings: postings, logger: logger)),
          .init(service: RenewalService(store: store, postings: postings, logger: logger)),
        ] + (stripe?.services ?? []).map { .init(service: $0) } + [.init(service: server)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do {
      try await group.run()
    } catch let error as IOError {
      logger.error("cannot listen", metadata: ["address": "\(address)", "error": "\(error)"])
      throw Refusal(.addressUnavailable)
    }
  }
}
