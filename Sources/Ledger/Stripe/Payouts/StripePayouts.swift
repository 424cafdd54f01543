import FedowProtocol
import Logging
import Model
import ServiceLifecycle
import Stripe

/// Pays places in euros for the primary tokens that they hold: reserved, transferred by Stripe, burnt.
///
/// It may run beside the server and twice at once: the reservation's id is what Stripe knows the transfer by, and it is
/// posted once.
public struct StripePayouts: Service {
  private let store: LedgerStore
  private let client: StripeClient
  private let perform: @Sendable (any LedgerCommand) async throws -> Answer
  private let clock: @Sendable () -> LedgerTime
  private let logger: Logger
  /// How often what ended in the middle is taken up again.
  private static let interval = Duration.seconds(30)

  /// Payouts that the server's own writer posts.
  public init(
    store: LedgerStore, client: StripeClient, postings: PostingService,
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now, logger: Logger
  ) {
    self.store = store
    self.client = client
    self.clock = clock
    self.logger = logger
    perform = { try await postings.submit($0) }
  }

  /// Payouts beside the server, as a command makes them.
  public init(administration: Administration, client: StripeClient, logger: Logger) {
    store = administration.store
    clock = administration.clock
    self.client = client
    self.logger = logger
    perform = { command in try await administration.write { try command.perform($0) } }
  }

  /// Pays a place out.
  /// - Parameter amount: cents, as they were shown to who confirmed.
  /// - Returns: the reservation as it is then; one that is still `asked` ends by itself once Stripe answers.
  /// - Throws: `Refusal` as `BeginPayout`.
  public func pay(place: EntityID, amount: Int64) async throws -> Reservation {
    let begun = try await perform(BeginPayout(place: place, amount: amount))
    let id = try JSON.parse(begun.bodyBytes)["reservation"]?.text.flatMap { EntityID($0) }
    guard let id, let reservation = try await store.read({ try $0.reservation(id) }) else {
      throw Refusal(.ledgerBroken)
    }
    for _ in 0..<3 { if try await work(on: reservation) { break } }
    guard let ended = try await store.read({ try $0.reservation(id) }) else { throw Refusal(.ledgerBroken) }
    return ended
  }

  /// `POST /wallet/global_asset_bank_stripe_deposit/`: 201 with the transaction that burns what Stripe transferred to the
  /// place's account, 208 when that was done.
  ///
  /// Stripe is asked for the transfer itself: what the caller sent only says where to look.
  /// - Throws: `Rejection` 400 when the body has no such event, 404 when Stripe knows no such transfer; `Refusal`:
  ///   `stripe_unavailable`, and those of `DepositTransfer`.
  public func deposit(place: EntityID, body: JSON) async throws -> Answer {
    let id = try StripeTransfer.transfer(in: body)
    let transfer: ConnectTransfer
    switch await client.transfer(id) {
    case .done(let found): transfer = found
    case .refused(let refusal) where refusal.isMissing: throw Rejection.noSuch("Transfer")
    case .refused(let refusal): throw Refusal(.stripeUnavailable, "\(refusal)")
    case .unknown(let doubt): throw Refusal(.stripeUnavailable, "\(doubt)")
    }
    return try await perform(DepositTransfer(place: place, transfer: transfer))
  }

  /// Takes up what ended in the middle until the service is told to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do { try await resume() } catch { logger.warning("payouts wait", metadata: ["error": "\(error)"]) }
        try? await Task.sleep(for: Self.interval)
      }
    }
  }

  /// Takes up every payout that has not ended.
  public func resume() async throws {
    for reservation in try await store.read({ try $0.reservations(open: true, purpose: .payout) }) {
      do {
        _ = try await work(on: reservation)
      } catch {
        logger.warning("a payout waits", metadata: ["payout": "\(reservation.id)", "error": "\(error)"])
      }
    }
  }

  /// - Returns: whether Stripe has spoken.
  private func work(on reservation: Reservation) async throws -> Bool {
    let server = try await store.read { try $0.primaryWallet() }
    guard let account = reservation.detail["account"]?.text,
      let place = reservation.detail["place"]?.text.flatMap({ EntityID($0) })
    else { throw Refusal(.ledgerBroken) }
    let mark = StripeMark(server: server, id: reservation.id, subject: place)
    let age = clock().microseconds - (reservation.askedAt ?? reservation.createdAt).microseconds
    // An hour less than Stripe promises to know the key: what is sent now must still be known when it arrives.
    guard age < (IdempotencyKey.lifetime.components.seconds - 3600) * 1_000_000 else {
      return try await look(for: mark, of: reservation, orNever: true)
    }
    // After the clock stepped back nobody knows how old the key is.
    if age < 0 {
      guard case .done(let page) = await client.transfers(group: reservation.id.text) else { return false }
      if try await end(reservation, by: mark, in: page, orNever: false) { return true }
    }
    let outcome = await client.createTransfer(
      to: account, amount: reservation.amount, group: reservation.id.text, metadata: mark.metadata(.transfer),
      key: IdempotencyKey("transfer", reservation.id))
    switch outcome {
    case .done(let transfer):
      _ = try await perform(EndPayout(reservation: reservation.id, transfer: transfer.id, reason: nil))
      return true
    case .refused(let refusal):
      logger.error("payout", metadata: ["payout": "\(reservation.id)", "stripe": "\(refusal)"])
      // A key that is wrong says nothing about the transfer.
      guard !refusal.isAboutTheKey else { return false }
      _ = try await perform(EndPayout(reservation: reservation.id, transfer: nil, reason: refusal.description))
      return true
    case .unknown(let doubt):
      logger.warning("payout", metadata: ["payout": "\(reservation.id)", "stripe": "\(doubt)"])
      guard doubt.staysWithKey else { return false }
      return try await look(for: mark, of: reservation, orNever: false)
    }
  }

  /// Looks for a transfer in Stripe's own list of its group, which has no other.
  private func look(for mark: StripeMark, of reservation: Reservation, orNever: Bool) async throws -> Bool {
    guard case .done(let page) = await client.transfers(group: reservation.id.text) else { return false }
    return try await end(reservation, by: mark, in: page, orNever: orNever)
  }

  private func end(
    _ reservation: Reservation, by mark: StripeMark, in page: StripePage<ConnectTransfer>, orNever: Bool
  ) async throws -> Bool {
    let found = page.items.first { StripeMark($0.metadata, .transfer, server: mark.server) == mark }
    guard found != nil || orNever && !page.hasMore else { return false }
    _ = try await perform(
      EndPayout(reservation: reservation.id, transfer: found?.id, reason: found == nil ? "Stripe never made it" : nil))
    return true
  }
}

extension Administration {
  /// What a place could be paid out now, in cents, and its account at Stripe.
  public func payoutPreview(place name: String) async throws -> (Books.Place, Int64, StripePlaceAccount?) {
    try await store.withClock(clock).read { books in
      let place = try books.existingPlace(name)
      let held = try books.federatedAsset().flatMap { try books.balance(of: $0.uuid, in: place.wallet) } ?? 0
      return (place, held, try books.stripeAccount(of: place.uuid))
    }
  }
}
