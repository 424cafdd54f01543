import Ledger
import Logging
import ServiceLifecycle
import Stripe

/// Stripe as the server runs it: what answers calls, and what goes on beside them.
struct StripeService {
  let desk: StripeDesk
  let services: [any Service]

  /// - Throws: `Refusal` with `configuration_invalid`.
  init(
    _ configuration: StripeConfiguration, store: LedgerStore, postings: PostingService, logger: Logger
  ) throws {
    let client = try configuration.client()
    let inbox = StripeInbox(
      store: store, postings: postings, secrets: try configuration.webhookSecrets(), isLive: configuration.isLive,
      logger: logger)
    let refunds = StripeRefunds(store: store, postings: postings, client: client, logger: logger)
    let payouts = StripePayouts(store: store, client: client, postings: postings, logger: logger)
    desk = StripeDesk(
      refills: StripeRefills(
        store: store, postings: postings, client: client, terms: configuration.terms, logger: logger),
      refunds: refunds, inbox: inbox, connect: StripeConnect(store: store, client: client, postings: postings),
      payouts: payouts)
    let reconciliation = StripeReconciliation(store: store, client: client, postings: postings)
    services = [
      inbox, refunds, payouts,
      StripeReconciler(reconciliation, interval: configuration.reconcileInterval, logger: logger),
    ]
  }
}
