import FedowProtocol
import Logging
import Model
import Stripe

/// Refills of people's federated money by Stripe, as ticketing servers ask for them.
public struct StripeRefills: Sendable {
  private let store: LedgerStore
  private let postings: PostingService
  private let client: StripeClient
  private let terms: StripeTerms
  private let clock: @Sendable () -> LedgerTime
  private let logger: Logger
  /// Who waits is a person before a page: it is asked for so often, with the same key, before they are told to try again.
  private static let attempts = 3

  /// Refills of this ledger's wallets.
  public init(
    store: LedgerStore, postings: PostingService, client: StripeClient, terms: StripeTerms = StripeTerms(),
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now, logger: Logger
  ) {
    self.store = store
    self.postings = postings
    self.client = client
    self.terms = terms
    self.clock = clock
    self.logger = logger
  }

  /// `POST /wallet/get_federated_token_refill_checkout/`: 202 with the page to pay on.
  ///
  /// The row is committed before Stripe is asked, and a repetition of the same request finds it, so however often anything
  /// fails there is one page for one request.
  /// - Throws: `Rejection` of the request; `Refusal` with `stripe_unavailable`.
  public func begin(place: EntityID, wallet: EntityID, body: JSON, guarded: ReplayGuard?) async throws -> Answer {
    let begun = try await postings.submit(
      BeginCheckout(place: place, wallet: wallet, body: body, terms: terms), guarded: guarded)
    let id = try JSON.parse(begun.bodyBytes)["checkout"]?.text.flatMap { EntityID($0) }
    let checkout = try await store.read { books in try id.flatMap { try books.stripeCheckout($0) } }
    guard let checkout else { throw Refusal(.ledgerBroken) }
    if let url = checkout.url { return Answer(status: 202, JSON(url)) }
    let age = clock().microseconds - checkout.createdAt.microseconds
    guard checkout.state == .created, age < IdempotencyKey.lifetime.components.seconds * 1_000_000 else {
      throw Refusal(.tooLate, "This refill is over; begin another.")
    }
    let session = try await page(of: checkout)
    _ = try await postings.submit(OpenCheckout(id: checkout.id, session: session.id, url: session.url))
    guard let url = session.url else { throw Refusal(.tooLate, "This refill is over; begin another.") }
    return Answer(status: 202, JSON(url))
  }

  /// `GET /wallet/{uuid}/retrieve_from_refill_checkout/`: the wallet once the money came (200), 402 until then.
  ///
  /// Stripe is asked when its event is not here yet: the person is already back.
  /// - Throws: `Rejection` 404 for a checkout that is not this wallet's; `Refusal` with `stripe_unavailable`.
  public func end(_ checkout: String, wallet: EntityID) async throws -> Answer {
    let found = try await store.read { books in
      (try EntityID(checkout).flatMap { try books.stripeCheckout($0) }, try books.primaryWallet())
    }
    guard let checkout = found.0, checkout.wallet == wallet else { throw Rejection.noSuch("CheckoutStripe") }
    if checkout.state != .paid {
      guard let session = checkout.session else { throw Self.unpaid(checkout.state) }
      let page = try await ask { await client.checkout(session) }
      guard let paid = StripePaid(page, server: found.1) else { throw Self.unpaid(checkout.state) }
      let credited = try await postings.submit(CreditPayment(paid: paid))
      guard credited.status < 300 else { throw Self.unpaid(checkout.state) }
    }
    return try await LedgerQueries(store: store).ownWallet(wallet)
  }

  private static func unpaid(_ state: StripeCheckout.State) -> Rejection {
    Rejection(status: 402, JSON("Checkout Stripe non paid : \(state.rawValue)"))
  }

  private func page(of checkout: StripeCheckout) async throws -> CheckoutSession {
    let server = try await store.read { try $0.primaryWallet() }
    var metadata = StripeMark(server: server, id: checkout.id, subject: checkout.wallet).metadata(.checkout)
    // Stripe keeps 500 characters of each.
    if let signed = checkout.signedData, signed.count <= 500 { metadata["lespass_signed_data"] = signed }
    let price: StripeClient.Checkout.Price
    if let amount = checkout.amount {
      price = .fixed(cents: amount, name: terms.name)
    } else {
      price = .known(try await chosenPrice())
    }
    let order = StripeClient.Checkout(
      price: price, successURL: checkout.returnURL, cancelURL: checkout.returnURL, clientReference: checkout.id.text,
      metadata: metadata, email: try await store.read { try $0.email(wallet: checkout.wallet) })
    return try await ask { await client.createCheckout(order, key: IdempotencyKey("checkout", checkout.id)) }
  }

  private func chosenPrice() async throws -> String {
    let isLive = client.settings.key.isLive
    let plan = try JSON.parse(try await postings.submit(PlanPrice(terms: terms, isLive: isLive)).bodyBytes)
    if let price = plan["price"]?.text { return price }
    guard let key = plan["key"]?.text.flatMap({ EntityID($0) }) else { throw Refusal(.ledgerBroken) }
    let price = try await ask {
      await client.createChosenPrice(
        name: terms.name, minimum: terms.minimum, maximum: terms.maximum, preset: terms.preset,
        key: IdempotencyKey("price", key))
    }
    _ = try await postings.submit(PlanPrice(terms: terms, isLive: isLive, made: price.id))
    return price.id
  }

  /// Asks until Stripe answers, a few times.
  private func ask<Thing: StripeObject>(_ call: () async -> StripeOutcome<Thing>) async throws -> Thing {
    var doubt: StripeDoubt?
    for _ in 0..<Self.attempts {
      switch await call() {
      case .done(let thing): return thing
      case .unknown(let reason): doubt = reason
      case .refused(let refusal):
        logger.error("refill", metadata: ["stripe": "\(refusal)"])
        if refusal.parameter?.contains("price") == true { _ = try await postings.submit(ForgetPrice()) }
        throw Refusal(.stripeUnavailable, "Stripe refused this. The server's operator finds why in its log.")
      }
    }
    logger.warning("refill", metadata: ["stripe": "\(doubt.map { "\($0)" } ?? "")"])
    throw Refusal(.stripeUnavailable)
  }
}

extension Books {
  /// The address of a wallet's person.
  func email(wallet: EntityID) throws -> String? {
    try row("SELECT email FROM users WHERE wallet = ?", [wallet.text])?["email"]
  }
}
