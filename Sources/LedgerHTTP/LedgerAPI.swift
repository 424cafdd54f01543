import FedowProtocol
import Hummingbird
import Ledger
import Logging
import Model

/// The ledger's face on HTTP: it authenticates, hands over, and renders; it decides nothing.
public struct LedgerAPI: Sendable {
  let store: LedgerStore
  let authenticator: Authenticator
  let postings: PostingService
  let queries: LedgerQueries
  let logger: Logger
  let sightings = DeviceSightings()
  let clock: @Sendable () -> LedgerTime
  let rates: RateLimits
  let stripe: StripeDesk?
  let now: @Sendable () -> MonotonicTime

  /// A face for this ledger.
  ///
  /// - Parameters:
  ///   - rates: how often who may ask.
  ///   - now: the clock by which that is counted.
  ///   - stripe: what a server with a key of Stripe's does; nil without one.
  ///   - clock: the wall clock, which answers say and local days are told by.
  public init(
    store: LedgerStore, authenticator: Authenticator, postings: PostingService, logger: Logger,
    rates: RateLimits = .none, stripe: StripeDesk? = nil,
    now: @escaping @Sendable () -> MonotonicTime = MonotonicTime.now,
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now
  ) {
    self.clock = clock
    self.store = store.withClock(clock)
    self.authenticator = authenticator
    self.postings = postings
    self.logger = logger
    self.rates = rates
    self.stripe = stripe
    self.now = now
    queries = LedgerQueries(store: store.withClock(clock))
  }

  /// Every route of the protocol and of the native API.
  public func router() -> Router<LedgerRequestContext> {
    let router = routes()
    router.addMethodFallbacks()
    return router
  }

  /// The routes alone, which the document describes one by one.
  func routes() -> Router<LedgerRequestContext> {
    let router = Router(context: LedgerRequestContext.self, options: .autoGenerateHeadEndpoints)
    if rates != .none {
      router.add(middleware: RateBounding(rates, openPaths: Operation.openPaths, now: now))
    }
    router.add(middleware: ErrorRendering(logger: logger))
    addHello(to: router)
    addPlaces(to: router)
    addCards(to: router)
    addAssets(to: router)
    addTransactions(to: router)
    addWallets(to: router)
    addStripe(to: router)
    addFederations(to: router)
    addNative(to: router)
    addCardLife(to: router)
    addDemurrage(to: router)
    addAuthorities(to: router)
    addTransfers(to: router)
    addMemberships(to: router)
    addDescriptions(to: router)
    return router
  }
}

extension Answer {
  /// The answer as HTTP.
  var response: Response {
    let bytes = ByteBuffer(bytes: bodyBytes)
    return Response(
      status: HTTPResponse.Status(code: status),
      headers: [.contentType: "application/json", .contentLength: String(bytes.readableBytes)],
      body: ResponseBody(byteBuffer: bytes))
  }
}
