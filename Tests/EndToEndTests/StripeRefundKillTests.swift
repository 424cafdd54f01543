import FedowProtocol
import Foundation
import GRDB
import Model
import Signing
import Stripe
import TestKit
import Testing
import Transport

/// A real `ledgerd` before the stand-in for Stripe, killed while money goes back.
@Suite("ledgerd with Stripe, killed during a refund")
struct StripeRefundKillTests {
  private let ledger = StripeLedger()

  /// A person with a key, whose wallet a payment has filled.
  private func person(_ stripe: StripeStandIn, cents: Int64) async throws -> (wallet: EntityID, key: RSAPrivateKey) {
    let (wallet, key) = (EntityID.random(), try RSAPrivateKey.generate())
    let server = try ledger.install(stripe).server
    try await ledger.books().write { db in
      try db.execute(
        sql: "INSERT INTO wallets (uuid, public_key, created_at) VALUES (?, ?, 1)",
        arguments: [wallet.text, key.publicKey.pem])
      try db.execute(
        sql: "INSERT INTO users (uuid, email, wallet, created_at) VALUES (?, 'a@test.example', ?, 1)",
        arguments: [EntityID.random().text, wallet.text])
    }
    try await ledger.pay(stripe, cents: cents, server: server, wallet: wallet.text)
    return (wallet, key)
  }

  /// What the books say of the refund and of the wallet.
  private struct Sight: Equatable {
    var states: [String] = []
    var balance: Int64 = 0
    var reserved: Int64 = 0
  }

  private func look(_ wallet: EntityID) async throws -> Sight {
    try await ledger.books().read { db in
      let token = try Row.fetchOne(
        db, sql: "SELECT balance, reserved FROM tokens WHERE wallet = ?", arguments: [wallet.text])
      return Sight(
        states: try String.fetchAll(db, sql: "SELECT state FROM reservations ORDER BY number"),
        balance: token?["balance"] ?? 0, reserved: token?["reserved"] ?? 0)
    }
  }

  /// Asks for the refund, and does not wait for what becomes of it.
  private func ask(_ url: String, _ wallet: EntityID, _ key: RSAPrivateKey) throws -> Task<Int?, Never> {
    let date = LedgerTime.now().isoformat
    let signature = Base64URL.encode(try key.sign(SignedMessage.walletGet(wallet: wallet, date: date)))
    let request = HTTPRequest(
      method: "GET", url: url + "/wallet/refund_fed_by_signature/",
      headers: ["Wallet: \(wallet)", "Date: \(date)", "Signature: \(signature)"])
    return Task {
      let connection = HTTPConnection(
        label: "refund", limits: HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: 60_000))
      return try? await connection.send(request).status
    }
  }

  @Test(
    "killed between Stripe's answer and the posting, a refund heals by itself, reaches Stripe once, and the books are sound",
    arguments: [StripeFault.silentAfter, .cutAfter])
  func killed(fault: StripeFault) async throws {
    let stripe = try StripeStandIn()
    defer { stripe.close() }
    let (wallet, key) = try await person(stripe, cents: 1000)
    var (server, url) = try ledger.serve()
    for event in stripe.events() { _ = await stripe.deliver(event, to: url + "/webhook_stripe/") }
    #expect(try await look(wallet) == Sight(states: [], balance: 1000, reserved: 0))

    // Stripe does it, nobody hears of it, and who asked is killed; so does the next life, at its first look.
    for _ in 0..<100 { stripe.fail(fault, on: "/v1/refunds") }
    let asked = try ask(url, wallet, key)
    for life in 1...3 {
      let before = life == 1 ? 0 : stripe.calls.filter { $0 == "POST /v1/refunds" }.count
      let patience = Patience()
      while stripe.calls.filter({ $0 == "POST /v1/refunds" }).count <= before
        || stripe.effects("POST refunds") == 0
      { try await patience.spend() }
      server.kill()
      _ = server.result()
      #expect(stripe.effects("POST refunds") == 1)
      // Nothing of it can be spent, and nothing is burnt.
      #expect(try await look(wallet) == Sight(states: ["asked"], balance: 1000, reserved: 1000))
      if life < 3 { (server, url) = try ledger.serve() }
    }
    // Who asked heard nothing, or that Stripe's answer is not known yet.
    let heard = await asked.value
    #expect(heard == nil || heard == 409)

    // The next life hears Stripe: it ends by itself.
    stripe.heal()
    (server, url) = try ledger.serve()
    let patience = Patience()
    while try await look(wallet).states != ["posted"] { try await patience.spend() }
    #expect(try await look(wallet) == Sight(states: ["posted"], balance: 0, reserved: 0))
    // Asked for again there is nothing left, and Stripe is not bothered.
    #expect(try await ask(url, wallet, key).value == 200)
    #expect(server.end() == 0)
    #expect(stripe.refunds.count == 1)
    #expect(stripe.effects("POST refunds") == 1)
    #expect(stripe.balance == 0)
    try ledger.checkBooks()
  }
}
