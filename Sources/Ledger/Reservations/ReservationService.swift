import FedowProtocol
import Logging
import Model
import ServiceLifecycle

/// Ends reservations whose time is over, of wallets that nobody touches.
///
/// It only writes down what is so already: whoever reads or spends sees an expired reservation as none.
public struct ReservationService: Service {
  private let store: LedgerStore
  private let postings: PostingService
  private let interval: Duration
  private let logger: Logger
  /// So many in one transaction.
  private static let step = 100

  /// A service that looks each interval for what is over by this clock.
  public init(
    store: LedgerStore, postings: PostingService, interval: Duration = .seconds(15),
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now, logger: Logger
  ) {
    self.store = store.withClock(clock)
    self.postings = postings
    self.interval = interval
    self.logger = logger
  }

  /// Looks until the service is told to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          while try await endSome() > 0 {}
        } catch is CancellationError {
          return
        } catch {
          logger.warning("expired reservations stay for now", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: interval)
      }
    }
  }

  /// Ends some that are over.
  /// - Returns: how many.
  func endSome() async throws -> Int64 {
    let due = try await store.read { try $0.dueReservations(limit: Self.step) }
    guard !due.isEmpty else { return 0 }
    return try JSON.parse(try await postings.submit(ExpireReservations(ids: due)).body)["ended"]?.int64 ?? 0
  }
}

/// Ends reservations whose time is over; the others of these ids stay as they are.
struct ExpireReservations: LedgerCommand {
  let ids: [EntityID]

  /// 200 with how many.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    Answer(["ended": JSON(Int64(try ledger.expire(reservations: ids)))])
  }
}
