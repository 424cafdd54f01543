import FedowProtocol
import Logging
import Model
import ServiceLifecycle

/// Posts what has melted of wallets that nobody touches, soon after each period's end.
///
/// It only brings forward what the next touch of each wallet would post: whether and when it runs changes no sum.
public struct DemurrageService: Service {
  private let pass: MeltPass
  private let interval: Duration
  private let logger: Logger

  /// A service that looks each interval whether a period has ended by this clock.
  public init(
    store: LedgerStore, postings: PostingService, interval: Duration = .seconds(60),
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now, logger: Logger
  ) {
    pass = MeltPass(store: store.withClock(clock), melt: { try await postings.submit($0) })
    self.interval = interval
    self.logger = logger
  }

  /// Looks until the service is told to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var done: [EntityID: Int64] = [:]
      var isWarned = false
      while !Task.isCancelled {
        do {
          let outcome = try await pass.run(done: done)
          done = outcome.until
          isWarned = false
          if outcome.postings > 0 { logger.info("melted", metadata: ["postings": "\(outcome.postings)"]) }
        } catch is CancellationError {
          return
        } catch {
          if !isWarned { logger.warning("not melted; the next touch will", metadata: ["error": "\(error)"]) }
          isWarned = true
        }
        try? await Task.sleep(for: interval)
      }
    }
  }
}
