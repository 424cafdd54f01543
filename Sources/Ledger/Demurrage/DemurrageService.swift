import FedowProtocol
import Logging
import Model
import ServiceLifecycle

/// Posts what has melted of wallets that nobody touches, soon after each period's end.
///
/// It only brings forward what the next touch of each wallet would post: whether and when it runs changes no sum.
public struct DemurrageService: Service {
  private let pass: MeltPass
  private let rounds: Rounds
  private let logger: Logger

  /// A service that looks each interval whether a period has ended by this clock.
  public init(
    store: LedgerStore, postings: PostingService, interval: Duration = .seconds(60),
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now, logger: Logger
  ) {
    pass = MeltPass(store: store.withClock(clock), melt: { try await postings.submit($0) })
    rounds = Rounds(interval: interval, complaint: "not melted; the next touch will", logger: logger)
    self.logger = logger
  }

  /// Looks until the service is told to stop.
  public func run() async throws {
    await rounds.run(from: [EntityID: Int64]()) { done in
      let outcome = try await pass.run(done: done)
      if outcome.postings > 0 { logger.info("melted", metadata: ["postings": "\(outcome.postings)"]) }
      return outcome.until
    }
  }
}
