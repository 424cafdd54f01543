import FedowProtocol
import Logging
import Model
import ServiceLifecycle
import Stripe
import Synchronization

/// Gives people's federated money back to the payments that it came from: the ledger reserves, Stripe is asked, and what it
/// says is posted.
///
/// Everything that Stripe is asked for is written down first, with the id that makes its idempotency key and that Stripe
/// keeps with the refund: whatever ends in the middle is taken up again here, with the same words.
public final class StripeRefunds: Service {
  private let store: LedgerStore
  private let postings: PostingService
  private let client: StripeClient
  private let interval: Duration
  private let clock: @Sendable () -> LedgerTime
  private let logger: Logger
  /// The refunds that are worked on at this moment: Stripe is asked by one at a time.
  private let busy = Mutex<Set<EntityID>>([])
  /// Who waits is a person: so often it is asked before the rest is left to the timer.
  private static let attempts = 3

  /// Refunds of this ledger's wallets.
  /// - Parameter interval: how often what ended in the middle is taken up again; the first time at the start.
  public init(
    store: LedgerStore, postings: PostingService, client: StripeClient, interval: Duration = .seconds(30),
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now, logger: Logger
  ) {
    self.store = store
    self.postings = postings
    self.client = client
    self.interval = interval
    self.clock = clock
    self.logger = logger
  }

  /// `GET /wallet/refund_fed_by_signature/`: 202 with the wallet once the money is on its way back, 200 when there is none.
  /// - Throws: `Rejection`: 402 when Stripe refused, 404 without a payment, 406 when the payments do not cover it, 409 while
  ///   an earlier refund goes on or Stripe's answer is not known; then it is found out by itself.
  public func refund(_ wallet: EntityID) async throws -> Answer {
    let begun = try await postings.submit(BeginStripeRefund(wallet: wallet))
    let id = try JSON.parse(begun.bodyBytes)["reservation"]?.text.flatMap { EntityID($0) }
    guard let id else { return try await LedgerQueries(store: store).ownWallet(wallet) }
    guard let refunded = try await work(on: id, attempts: Self.attempts) else {
      throw Rejection(Refusal(.moneyReserved, "Stripe's answer is not known yet; it is being asked for."), status: 409)
    }
    guard refunded > 0 else { throw Rejection(Refusal(.stripeUnavailable, "Stripe refused."), status: 402) }
    return Answer(status: 202, body: try await LedgerQueries(store: store).ownWallet(wallet).body)
  }

  /// Takes up what ended in the middle until the service is told to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      while !Task.isCancelled {
        do { try await resume() } catch { logger.warning("refunds wait", metadata: ["error": "\(error)"]) }
        try? await Task.sleep(for: interval)
      }
    }
  }

  /// Takes up every refund that has not ended.
  public func resume() async throws {
    let open = try await store.read { try $0.reservations(open: true, purpose: .stripeRefund) }
    for reservation in open {
      do {
        _ = try await work(on: reservation.id, attempts: 1)
      } catch {
        logger.warning("a refund waits", metadata: ["refund": "\(reservation.id)", "error": "\(error)"])
      }
    }
  }

  /// - Returns: how much went back in cents; nil while that is not known, or another works on it.
  private func work(on id: EntityID, attempts: Int) async throws -> Int64? {
    guard busy.withLock({ $0.insert(id).inserted }) else { return nil }
    defer { _ = busy.withLock { $0.remove(id) } }
    let (parts, server, wallet) = try await store.read { books in
      (try books.stripeRefundParts(of: id), try books.primaryWallet(), try books.reservation(id)?.wallet)
    }
    guard let wallet else { throw Refusal(.ledgerBroken) }
    var isKnown = true
    for part in parts where part.state == .asked {
      let mark = StripeMark(server: server, id: part.id, subject: wallet)
      guard let end = await outcome(of: part, mark, attempts: attempts) else {
        isKnown = false
        continue
      }
      _ = try await postings.submit(end)
    }
    guard isKnown else { return nil }
    return try JSON.parse(try await postings.submit(EndStripeRefund(reservation: id)).bodyBytes)["refunded"]?.int64
  }

  /// Asks Stripe for a part, with the key that it always has; once Stripe may have forgotten the key, or keeps answering
  /// with its own error, the part is looked for among what Stripe has. So it is first of all after the clock stepped back,
  /// when nobody knows how old the key is.
  private func outcome(
    of part: Books.StripeRefundPart, _ mark: StripeMark, attempts: Int
  ) async -> EndStripeRefundPart? {
    let age = clock().microseconds - part.askedAt.microseconds
    // An hour less than Stripe promises: what is sent now must still be known when it arrives.
    let isFresh = age < (IdempotencyKey.lifetime.components.seconds - 3600) * 1_000_000
    guard isFresh else { return await found(part, mark, orNever: true) }
    if age < 0 {
      switch await listed(part, mark) {
      case .made(let refund): return Self.end(part, refund)
      case .none: break
      case .unknown: return nil
      }
    }
    for _ in 0..<attempts {
      let outcome = await client.createRefund(
        paymentIntent: part.paymentIntent, amount: part.amount, metadata: mark.metadata(.refund),
        key: IdempotencyKey("refund", part.id))
      switch outcome {
      case .done(let refund): return Self.end(part, refund)
      case .refused(let refusal):
        logger.error("refund", metadata: ["refund": "\(part.id)", "stripe": "\(refusal)"])
        // A key that is wrong says nothing about the refund.
        guard !refusal.isAboutTheKey else { return nil }
        return EndStripeRefundPart(id: part.id, refund: nil, reason: refusal.description)
      case .unknown(let doubt):
        logger.warning("refund", metadata: ["refund": "\(part.id)", "stripe": "\(doubt)"])
        if doubt.staysWithKey, let end = await found(part, mark, orNever: false) { return end }
      }
    }
    return nil
  }

  /// - Parameter orNever: that nothing can make it any more: what is not found was not made.
  private func found(
    _ part: Books.StripeRefundPart, _ mark: StripeMark, orNever: Bool
  ) async -> EndStripeRefundPart? {
    switch await listed(part, mark) {
    case .made(let refund): Self.end(part, refund)
    case .none: orNever ? EndStripeRefundPart(id: part.id, refund: nil, reason: "Stripe never made it") : nil
    case .unknown: nil
    }
  }

  /// What Stripe's own list has of a part.
  private enum Listed {
    case made(StripeRefund)
    case none
    case unknown
  }

  private func listed(_ part: Books.StripeRefundPart, _ mark: StripeMark) async -> Listed {
    var last: String?
    while true {
      guard case .done(let page) = await client.refunds(paymentIntent: part.paymentIntent, after: last) else {
        return .unknown
      }
      if let refund = page.items.first(where: { StripeMark($0.metadata, .refund, server: mark.server) == mark }) {
        return .made(refund)
      }
      guard page.hasMore, let oldest = page.items.last else { return .none }
      last = oldest.id
    }
  }

  private static func end(_ part: Books.StripeRefundPart, _ refund: StripeRefund) -> EndStripeRefundPart {
    refund.status.isUndone
      ? EndStripeRefundPart(id: part.id, refund: nil, reason: refund.failure ?? refund.status.rawValue)
      : EndStripeRefundPart(id: part.id, refund: refund.id, reason: nil)
  }
}
