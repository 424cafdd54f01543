import Logging
import Model
import ServiceLifecycle

/// Compares the ledger with Stripe now and then, from the start on: what an event would have told and did not is credited.
public struct StripeReconciler: Service {
  private let reconciliation: StripeReconciliation
  private let interval: Duration
  private let logger: Logger

  /// A service that compares each interval.
  public init(_ reconciliation: StripeReconciliation, interval: Duration = .seconds(900), logger: Logger) {
    self.reconciliation = reconciliation
    self.interval = interval
    self.logger = logger
  }

  /// Compares until the service is told to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await compare()
        try? await Task.sleep(for: interval)
      }
    }
  }

  private func compare() async {
    let since = reconciliation.clock().adding(seconds: -StripeReconciliation.usual.components.seconds)
    do {
      let report = try await reconciliation.run(since: since)
      for payment in report.credited {
        logger.notice(
          "payment credited late", metadata: ["payment": "\(payment.object)", "cents": "\(payment.amount)"])
      }
      for refund in report.returned {
        logger.notice("refund failed", metadata: ["refund": "\(refund.object)", "cents": "\(refund.amount)"])
      }
      if report.needsPerson { logger.error("Stripe and the ledger differ. Run: ledgerd stripe reconcile") }
    } catch {
      logger.warning("not compared with Stripe; the next time will", metadata: ["error": "\(error)"])
    }
  }
}
