import FedowProtocol
import Model
import Stripe

/// Compares what Stripe took and gave back with what the ledger has, both ways, and credits what was missed.
///
/// It asks Stripe alone, whatever events came or did not. It may run while the server does, and twice at once: a payment
/// is credited by its own name.
public struct StripeReconciliation: Sendable {
  private let hand: StripeHand
  let client: StripeClient

  /// A comparison whose changes the server's own writer makes.
  public init(
    store: LedgerStore, client: StripeClient, postings: PostingService,
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now
  ) {
    self.client = client
    hand = StripeHand(store: store, postings: postings, clock: clock)
  }

  /// A comparison beside the server, as a command makes it.
  public init(administration: Administration, client: StripeClient) {
    self.client = client
    hand = StripeHand(administration)
  }

  var store: LedgerStore { hand.store }
  var clock: @Sendable () -> LedgerTime { hand.clock }
  var perform: @Sendable (any LedgerCommand) async throws -> Answer { hand.perform }

  /// What was found.
  public struct Report: Sendable, Hashable {
    /// Payments of this ledger's at Stripe that were looked at.
    public var payments = 0
    /// Those that were credited now: payment and cents.
    public var credited: [Difference] = []
    /// Payments that the ledger has and Stripe does not, or not so.
    public var unknownAtStripe: [Difference] = []
    /// What a person has to see to, found now or before.
    public var findings: [StripeFinding] = []
    /// Refunds that failed, whose money is its wallet's again: refund and cents.
    public var returned: [Difference] = []
    /// Pages that ended unpaid.
    public var expired = 0

    /// Whether a person has to see to something.
    public var needsPerson: Bool { !unknownAtStripe.isEmpty || !findings.isEmpty }
  }

  /// A payment, and what is the matter with it.
  public struct Difference: Sendable, Hashable {
    /// Stripe's name for it.
    public let object: String
    /// Cents.
    public let amount: Int64
    /// What.
    public let reason: String
  }

  /// How far back the server looks by itself: Stripe sends its events again for three days.
  public static let usual = Duration.seconds(7 * 86_400)

  /// A bank may send a refund back for 30 days; ten more for what is under way.
  static let refundsFailWithin = Duration.seconds(40 * 86_400)

  /// Compares what happened since then.
  /// - Parameter progress: is told how many of Stripe's things were looked at.
  /// - Throws: `Refusal` with `stripe_unavailable` when Stripe does not answer; what was credited until then stays.
  public func run(
    since: LedgerTime, progress: @Sendable (Int) -> Void = { _ in }
  ) async throws -> Report {
    var report = Report()
    let (server, from) = (try await store.read { try $0.primaryWallet() }, since.microseconds / 1_000_000)
    var seen: [String: Int64] = [:]
    var count = 0
    try await pages {
      await client.paymentIntents(since: from, after: $0)
    } each: { intent in
      count += 1
      progress(count)
      guard let paid = StripePaid(intent, server: server) else { return }
      seen[paid.paymentIntent] = paid.amount
      try await credit(paid, &report)
    }
    // A refund may fail weeks after it was made, so the look goes further back than for payments.
    let mayFail = clock().microseconds / 1_000_000 - Self.refundsFailWithin.components.seconds
    try await pages {
      await client.refunds(since: min(from, mayFail), after: $0)
    } each: { refund in
      count += 1
      progress(count)
      try await note(refund, &report)
    }
    try await closePages(&report)
    for payment in try await store.read({ try $0.stripePayments(since: since) }) {
      try await compare(payment, seen[payment.paymentIntent], &report)
    }
    report.findings = try await store.read { try $0.stripeFindings(open: true) }
    return report
  }

  private func note(_ refund: StripeRefund, _ report: inout Report) async throws {
    let answer = try await perform(NoteRefund(refund: refund, toldAt: clock().microseconds / 1_000_000))
    guard let cents = try JSON.parse(answer.bodyBytes)["returned"]?.int64 else { return }
    report.returned.append(
      Difference(
        object: refund.id, amount: cents,
        reason: "it failed (\(refund.failure ?? refund.status.rawValue)): its wallet has the money again"))
  }

  private func credit(_ paid: StripePaid, _ report: inout Report) async throws {
    report.payments += 1
    let isKnown = try await store.read { try $0.stripePayment(paid.paymentIntent)?.amount == paid.amount }
    guard !isKnown, try await perform(CreditPayment(paid: paid)).status == 201 else { return }
    report.credited.append(
      Difference(object: paid.paymentIntent, amount: paid.amount, reason: "credited to wallet \(paid.mark.subject)"))
  }

  /// What became of pages whose end nobody told; a page that Stripe never said it had made is nobody's after a day.
  private func closePages(_ report: inout Report) async throws {
    let now = clock()
    for checkout in try await store.read({ try $0.openStripeCheckouts(before: now.adding(seconds: -60)) }) {
      guard let session = checkout.session else {
        let lifetime = IdempotencyKey.lifetime.components.seconds * 1_000_000
        guard now.microseconds - checkout.createdAt.microseconds > lifetime else { continue }
        _ = try await perform(ExpireCheckout(id: checkout.id))
        report.expired += 1
        continue
      }
      let page = try known(await client.checkout(session))
      guard page?.status != .open else { continue }
      if let page, let paid = StripePaid(page, server: try await store.read({ try $0.primaryWallet() })) {
        try await credit(paid, &report)
      } else if page?.status != .complete {
        _ = try await perform(ExpireCheckout(id: checkout.id))
        report.expired += 1
      }
    }
  }

  private func compare(_ payment: StripePayment, _ listed: Int64?, _ report: inout Report) async throws {
    guard listed != payment.amount else { return }
    let intent = try known(await client.paymentIntent(payment.paymentIntent))
    guard intent?.isPaid != true || intent?.amountReceived != payment.amount else { return }
    let reason = intent.map { "Stripe has \($0.amountReceived) (\($0.status))" } ?? "Stripe does not know it"
    report.unknownAtStripe.append(
      Difference(object: payment.paymentIntent, amount: payment.amount, reason: reason))
  }

  private func pages<Item: StripeObject & Identified>(
    _ page: (String?) async -> StripeOutcome<StripePage<Item>>, each: (Item) async throws -> Void
  ) async throws {
    var last: String?
    while true {
      guard let found = try known(await page(last)) else { return }
      for item in found.items { try await each(item) }
      guard found.hasMore, let next = found.items.last?.id else { return }
      last = next
    }
  }

  /// - Returns: nil when Stripe has no such thing.
  private func known<Thing>(_ outcome: StripeOutcome<Thing>) throws -> Thing? {
    switch outcome {
    case .done(let thing): return thing
    case .refused(let refusal) where refusal.isMissing: return nil
    case .refused(let refusal): throw Refusal(.stripeUnavailable, "\(refusal)")
    case .unknown(let doubt): throw Refusal(.stripeUnavailable, "\(doubt)")
    }
  }
}

/// What a list of Stripe's goes on after.
protocol Identified { var id: String { get } }
extension PaymentIntent: Identified {}
extension StripeRefund: Identified {}

/// A refund that Stripe has.
struct NoteRefund: LedgerCommand {
  let refund: StripeRefund
  let toldAt: Int64

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    switch try ledger.note(refund, toldAt: toldAt) {
    case .known: return Answer(status: 208, [:])
    case .noted: return Answer(status: 201, [:])
    case .returned(let cents): return Answer(status: 201, ["returned": JSON(cents)])
    }
  }
}
