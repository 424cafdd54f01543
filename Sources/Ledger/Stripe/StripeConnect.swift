import FedowProtocol
import Model
import Stripe

/// Places' own accounts at Stripe, to which they are paid out.
public struct StripeConnect: Sendable {
  private let hand: StripeHand
  private let client: StripeClient

  /// Accounts whose rows the server's own writer writes.
  public init(
    store: LedgerStore, client: StripeClient, postings: PostingService,
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now
  ) {
    self.client = client
    hand = StripeHand(store: store, postings: postings, clock: clock)
  }

  /// Accounts, as a command looks after them beside the server.
  public init(administration: Administration, client: StripeClient) {
    self.client = client
    hand = StripeHand(administration)
  }

  private var store: LedgerStore { hand.store }
  private var clock: @Sendable () -> LedgerTime { hand.clock }
  private var perform: @Sendable (any LedgerCommand) async throws -> Answer { hand.perform }

  /// A place's account, made when it has none, and a link under which it tells Stripe who it is, good for minutes.
  /// - Parameter returnURL: where Stripe sends the place back to.
  /// - Throws: `Refusal`: `not_found`, `request_malformed`, `stripe_unavailable`.
  public func link(
    place: EntityID, kind: StripeClient.AccountType = .express, country: String = "FR", returnURL: String
  ) async throws -> (account: StripePlaceAccount, link: OnboardingLink) {
    guard country.utf8.count == 2, country.utf8.allSatisfy({ (65...90).contains($0) }) else {
      throw Refusal(.requestMalformed, "A country is two capital letters, like FR.")
    }
    guard BeginCheckout.isReturnable(returnURL) else {
      throw Refusal(.requestMalformed, "The address to return to begins with https://.")
    }
    _ = try await perform(PlanAccount(place: place, kind: kind, country: country))
    guard var row = try await store.read({ try $0.stripeAccount(of: place) }) else { throw Refusal(.ledgerBroken) }
    if row.account == nil {
      let server = try await store.read { try $0.primaryWallet() }
      let made = try done(
        await client.createAccount(
          row.kind, country: row.country,
          metadata: StripeMark(server: server, id: row.request, subject: place).metadata(.account),
          key: IdempotencyKey("account", row.request)))
      row = try await take(made, place: place)
    }
    // Each link is for one visit, so each is asked for by a key of its own; one that is lost is worth nothing.
    let link = try done(
      await client.createOnboardingLink(
        account: row.account ?? "", refreshURL: returnURL, returnURL: returnURL,
        key: IdempotencyKey("onboarding", .random())))
    return (row, link)
  }

  /// What Stripe knows of a place now; what it last told when the place has no account yet.
  /// - Throws: `Refusal`: `not_found` without an account, `stripe_unavailable`.
  public func status(place: EntityID) async throws -> StripePlaceAccount {
    guard let row = try await store.read({ try $0.stripeAccount(of: place) }) else {
      throw Refusal(.notFound, "This place has no account at Stripe yet. Run: ledgerd stripe connect")
    }
    guard let account = row.account else { return row }
    return try await take(done(await client.account(account)), place: place)
  }

  private func take(_ account: ConnectAccount, place: EntityID) async throws -> StripePlaceAccount {
    _ = try await perform(NoteAccount(account: account, place: place, toldAt: clock().microseconds / 1_000_000))
    guard let row = try await store.read({ try $0.stripeAccount(of: place) }) else { throw Refusal(.ledgerBroken) }
    return row
  }

  private func done<Thing>(_ outcome: StripeOutcome<Thing>) throws -> Thing {
    switch outcome {
    case .done(let thing): return thing
    case .refused(let refusal): throw Refusal(.stripeUnavailable, "\(refusal)")
    case .unknown(let doubt): throw Refusal(.stripeUnavailable, "\(doubt)")
    }
  }
}

/// An account is to be made for a place: written down, with what it is asked for by, before Stripe is.
struct PlanAccount: LedgerCommand {
  let place: EntityID
  let kind: StripeClient.AccountType
  let country: String

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard try ledger.books.place(place) != nil else { throw Refusal(.notFound, "There is no such place.") }
    guard try ledger.books.stripeAccount(of: place) == nil else { return Answer(status: 208, nil) }
    try ledger.books.insertStripeAccount(
      of: place, kind, country: country, request: ledger.newID(), at: ledger.now)
    return Answer(status: 201, nil)
  }
}

/// What Stripe answered about a place's account.
struct NoteAccount: LedgerCommand {
  let account: ConnectAccount
  let place: EntityID
  let toldAt: Int64

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.books.setStripeAccount(account.id, of: place, at: ledger.now)
    // What was asked for is as of now: later than any event of this second.
    let isNew = try ledger.books.update(account, toldAt: toldAt, by: "~asked", at: ledger.now)
    return Answer(status: isNew ? 201 : 208, nil)
  }
}
