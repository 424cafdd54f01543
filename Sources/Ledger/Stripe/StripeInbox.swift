import FedowProtocol
import Logging
import Model
import ServiceLifecycle
import Stripe

/// Takes Stripe's events in, and sees that each has its effect once: at once where it can, later where it cannot.
public struct StripeInbox: Service {
  private let store: LedgerStore
  private let postings: PostingService
  private let secrets: [WebhookSecret]
  private let isLive: Bool
  private let interval: Duration
  private let clock: @Sendable () -> LedgerTime
  private let logger: Logger
  /// So many events are looked at before the next look at the clock.
  private static let batch = 256

  /// An inbox.
  /// - Parameters:
  ///   - secrets: what Stripe signs its events with; several while one is replaced.
  ///   - isLive: whether real money moves here; events of the other kind are none of ours.
  ///   - interval: how often events that wait are looked at.
  public init(
    store: LedgerStore, postings: PostingService, secrets: [WebhookSecret], isLive: Bool,
    interval: Duration = .seconds(10), clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now, logger: Logger
  ) {
    self.store = store
    self.postings = postings
    self.secrets = secrets
    self.isLive = isLive
    self.interval = interval
    self.clock = clock
    self.logger = logger
  }

  /// `POST /webhook_stripe/`: 200 done, or written down and to be done; 208 done before; 203 not this ledger's; 204 of a
  /// kind that says nothing here.
  /// - Parameter body: the very bytes, which are signed.
  /// - Throws: `Rejection` 403 unless Stripe signed it, 400 when it is none of Stripe's events.
  public func receive(signature: String?, body: [UInt8]) async throws -> Answer {
    do {
      try WebhookSignature.verify(
        signature ?? "", body: body, secrets: secrets, now: clock().microseconds / 1_000_000)
    } catch {
      // The answer is the same for each: who forges learns nothing. A stale one with a good signature tells of a clock.
      if error == .stale { logger.warning("a signed event of Stripe's is too old or too new; is the clock right?") }
      throw Rejection.notAuthenticated
    }
    guard let event = (try? JSON.parse(body)).flatMap({ StripeEvent($0) }) else {
      throw Rejection(Refusal(.requestMalformed, "This is no event of Stripe's."))
    }
    guard event.isLive == isLive else { return Answer(status: 204, "Not for me") }
    do {
      switch try await store.read({ try StripeNews(event, server: $0.primaryWallet()) }) {
      case nil: return Answer(status: 204, "Not for me")
      case .foreign: return Answer(status: 203, "No signed data on payload")
      default: break
      }
    } catch let refusal as Refusal where refusal.code == .requestMalformed {
      throw Rejection(refusal)
    }
    let taken = try await postings.submit(TakeEvent(event: event))
    guard taken.status == 200 else { return taken }
    return await process(event.id) ?? taken
  }

  /// Looks at events that wait until the service is told to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          try await processDue()
        } catch {
          logger.warning("events of Stripe's wait", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: interval)
      }
    }
  }

  /// Processes what waits and whose time has come.
  func processDue() async throws {
    while true {
      let due = try await store.read { [clock] in try $0.dueStripeEvents(at: clock(), limit: Self.batch) }
      var ended = 0
      for id in due where await process(id) != nil { ended += 1 }
      // Where the disk takes nothing, none of them can be put off either: the next look is the service's.
      if due.count < Self.batch || ended == 0 { return }
    }
  }

  /// - Returns: nil when it has to wait.
  private func process(_ id: String) async -> Answer? {
    do {
      return try await postings.submit(ProcessEvent(id: id))
    } catch {
      logger.warning("an event of Stripe's waits", metadata: ["event": "\(id)", "error": "\(error)"])
      _ = try? await postings.submit(PostponeEvent(id: id, error: "\(error)"))
      return nil
    }
  }
}
