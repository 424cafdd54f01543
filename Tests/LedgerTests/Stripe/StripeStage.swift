import FedowProtocol
import Foundation
import Logging
import Model
import Stripe
import Synchronization
import TestKit

@testable import Ledger

/// A ledger with people, before a stand-in for Stripe: what the tests of payments play on. Its ledger can be copied as it
/// is, so that the same events meet the same books more than once.
final class StripeStage: Sendable {
  let folder: TemporaryFolder
  let store: LedgerStore
  let service: PostingService
  let stripe: StripeStandIn
  let client: StripeClient
  let inbox: StripeInbox
  let people: [EntityID]
  let refills: StripeRefills

  static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  /// A new ledger with so many people, each with a wallet.
  convenience init(people count: Int = 3, seed: UInt64 = 1) async throws {
    let folder = TemporaryFolder()
    let store = try LedgerStore(path: folder.path + "/ledger.sqlite")
    let administration = Administration(store: store)
    _ = try await administration.install(serverName: "Test", domain: "http://ledger.test", key: TestKeys.server())
    _ = try await administration.createPlace(name: "Bar du Port")
    let people = try await store.write { books in
      try (0..<count).map { number in
        let wallet = EntityID.random()
        try books.insertWallet(wallet, at: LedgerTime.now())
        try books.insertUser(.random(), email: "p\(number)@test.example", wallet: wallet, at: LedgerTime.now())
        return wallet
      }
    }
    try await self.init(folder: folder, store: store, stripe: StripeStandIn(seed: seed), people: people)
  }

  private init(folder: TemporaryFolder, store: LedgerStore, stripe: StripeStandIn, people: [EntityID]) async throws {
    self.folder = folder
    self.store = store
    self.stripe = stripe
    self.people = people
    service = PostingService(store: store, logger: Self.logger)
    client = StripeClient(try StripeSettings(key: StripeSecretKey(StripeStandIn.key), baseURL: stripe.url))
    inbox = StripeInbox(
      store: store, postings: service, secrets: [try WebhookSecret(StripeStandIn.secret)], isLive: false,
      logger: Self.logger)
    refills = StripeRefills(store: store, postings: service, client: client, logger: Self.logger)
  }

  /// The same books and the same people, before the same Stripe.
  func copy() async throws -> StripeStage {
    let folder = TemporaryFolder()
    let path = folder.path + "/ledger.sqlite"
    try Administration(store: store).backUp(to: path)
    return try await StripeStage(folder: folder, store: LedgerStore(path: path), stripe: stripe, people: people)
  }

  /// Runs the writer while the body runs.
  func running<Value: Sendable>(_ body: @Sendable (StripeStage) async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { [service] group in
      group.addTask { try await service.run() }
      let value = try await body(self)
      group.cancelAll()
      try await group.waitForAll()
      return value
    }
  }

  /// Begins a refill as the ledger does: its row first, then Stripe's page.
  /// - Returns: the page, `cs_test_...`.
  func begin(_ cents: Int64, for wallet: EntityID) async throws -> String {
    let (id, server) = (EntityID.random(), try await store.read { try $0.primaryWallet() })
    try await store.write { books in
      try books.insert(
        StripeCheckout(
          id: id, wallet: wallet, place: nil, amount: cents, returnURL: "https://a.example", signedData: nil,
          session: nil, url: nil, state: .created, createdAt: LedgerTime.now()))
    }
    let outcome = await client.createCheckout(
      StripeClient.Checkout(
        price: .fixed(cents: cents, name: "Refill"), successURL: "https://a.example", cancelURL: "https://a.example",
        clientReference: id.text,
        metadata: StripeMark(server: server, id: id, subject: wallet).metadata(.checkout)),
      key: IdempotencyKey("checkout", id))
    guard case .done(let session) = outcome else { throw Refusal(.ledgerBroken, "\(outcome)") }
    try await store.write { try $0.open(stripeCheckout: id, session: session.id, url: session.url, at: .now()) }
    return session.id
  }

  /// Gives an event to the ledger.
  /// - Returns: the status.
  @discardableResult
  func receive(_ event: StripeStandIn.SignedEvent) async throws -> Int {
    do {
      return try await inbox.receive(signature: event.signature, body: event.body).status
    } catch let rejection as Rejection {
      return rejection.answer.status
    }
  }

  func balance(_ wallet: EntityID) async throws -> Int64 {
    try await store.read { books in
      try books.federatedAsset().flatMap { try books.balance(of: $0.uuid, in: wallet) } ?? 0
    }
  }

  func breaks() async throws -> [LedgerAudit.Break] { try await LedgerAudit(store: store).run().breaks }

  /// Everything that must not depend on how the events came.
  struct Books: Hashable {
    var balances: [EntityID: Int64] = [:]
    var payments: Set<String> = []
    var findings: Set<String> = []
    var checkouts: Set<String> = []
    var accounts: Set<String> = []
    var waiting: Int64 = 0
  }

  func books() async throws -> Books {
    let people = people
    return try await store.read { books in
      var result = Books()
      let asset = try books.federatedAsset()
      for wallet in people {
        result.balances[wallet] = try asset.flatMap { try books.balance(of: $0.uuid, in: wallet) }
      }
      result.payments = Set(
        try books.stripePayments().map { "\($0.paymentIntent) \($0.session ?? "") \($0.wallet) \($0.amount)" })
      result.findings = Set(
        try books.stripeFindings(open: false).map { "\($0.object) \($0.amount) \($0.status) \($0.isUndone)" })
      result.checkouts = Set(
        try books.rows("SELECT id, state FROM stripe_checkouts").map {
          "\($0["id"] as String) \($0["state"] as String)"
        })
      result.accounts = Set(try books.stripeAccounts().map { $0.json.compact })
      result.waiting = try books.waitingStripeEvents()
      return result
    }
  }
}
