import FedowProtocol
import Logging
import Model
import ServiceLifecycle

/// Renews memberships as they end, under the delegations of their holders.
///
/// What is due stands in the ledger and nowhere else, so a server that was stopped or killed goes on where it was: whether
/// and how often this runs changes nothing but how soon.
public struct RenewalService: Service {
  private let pass: RenewalPass
  private let rounds: Rounds
  private let logger: Logger

  /// A service that looks each interval what is due by this clock.
  public init(
    store: LedgerStore, postings: PostingService, interval: Duration = .seconds(60),
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now, logger: Logger
  ) {
    pass = RenewalPass(store: store.withClock(clock), submit: { try await postings.submit($0) })
    rounds = Rounds(interval: interval, complaint: "memberships not renewed; tried again", logger: logger)
    self.logger = logger
  }

  /// Looks until the service is told to stop.
  public func run() async throws {
    await rounds.run {
      let outcome = try await pass.run()
      guard outcome != RenewalPass.Outcome() else { return }
      logger.info(
        "memberships",
        metadata: ["renewed": "\(outcome.posted)", "failing": "\(outcome.failing)", "lapsed": "\(outcome.lapsed)"])
    }
  }
}
