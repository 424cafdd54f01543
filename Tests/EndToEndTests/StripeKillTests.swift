import FedowProtocol
import Foundation
import GRDB
import Model
import Stripe
import TestKit
import Testing

/// A real `ledgerd` before the stand-in for Stripe, killed while payments come in.
@Suite("ledgerd with Stripe, killed with SIGKILL")
struct StripeKillTests {
  private let folder = TemporaryFolder()
  private var data: [String] { ["--config", folder.path + "/ledgerd.toml"] }

  private func install(_ stripe: StripeStandIn) throws -> (server: String, wallet: String) {
    try folder.write(
      """
      data = "\(folder.path)/ledger"
      [stripe]
      key_file = "\(folder.path)/stripe.key"
      webhook_secret_file = "\(folder.path)/webhook.secret"
      base_url = "\(stripe.url)"
      reconcile_interval = 604800
      """, to: "ledgerd.toml")
    for (name, secret) in [("stripe.key", StripeStandIn.key), ("webhook.secret", StripeStandIn.secret)] {
      let path = try folder.write(secret + "\n", to: name)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
    let store = ["--data", folder.path + "/ledger"]
    try Program.run("ledgerd", ["install", "--name", "Test", "--domain", "http://127.0.0.1:1"] + store)
    try Program.run("ledgerd", ["place", "create", "Bar"] + store)
    let books = try DatabaseQueue(path: folder.path + "/ledger/ledger.sqlite")
    return try books.read { db in
      (
        try String.fetchOne(db, sql: "SELECT value FROM settings WHERE key = 'primary_wallet'") ?? "",
        try String.fetchOne(db, sql: "SELECT wallet FROM places WHERE name = 'Bar'") ?? ""
      )
    }
  }

  private func pay(_ count: Int, _ stripe: StripeStandIn, server: String, wallet: String) async throws {
    let client = StripeClient(try StripeSettings(key: StripeSecretKey(StripeStandIn.key), baseURL: stripe.url))
    for number in 1...count {
      let id = EntityID.random()
      let outcome = await client.createCheckout(
        StripeClient.Checkout(
          price: .fixed(cents: Int64(100 + number), name: "Refill"), successURL: "https://a.example",
          cancelURL: "https://a.example", clientReference: id.text,
          metadata: ["fedow_server": server, "fedow_checkout": id.text, "fedow_subject": wallet]),
        key: IdempotencyKey("checkout", id))
      guard case .done(let session) = outcome else { throw Program.Failure(description: "\(outcome)") }
      stripe.pay(session.id)
    }
  }

  @Test("what Stripe took before a kill is credited afterwards, each payment once, and the books are sound")
  func killed() async throws {
    let stripe = try StripeStandIn()
    defer { stripe.close() }
    let (server, wallet) = try install(stripe)
    try await pay(30, stripe, server: server, wallet: wallet)
    let events = stripe.events()
    // Stripe does not answer meanwhile, so only its events tell the server anything.
    stripe.fail([.errorBefore], share: 1, seed: 1)
    // Each life of the server takes a few events and is killed while the next is under way.
    var rest = events[...]
    for life in 1...3 {
      let ledgerd = try Program("ledgerd", ["serve", "--port", "0"] + data)
      let address = try ledgerd.waitForLine("listening on")
      let port = address.split(separator: ":").last.map { $0.prefix { $0.isNumber } } ?? ""
      let url = "http://127.0.0.1:\(port)/webhook_stripe/"
      for event in rest.prefix(6) { _ = await stripe.deliver(event, to: url) }
      rest = rest.dropFirst(6)
      if let next = rest.first {
        async let status = stripe.deliver(next, to: url)
        if life > 1 { ledgerd.kill() }
        _ = await status
      }
      ledgerd.kill()
      _ = ledgerd.result()
    }
    stripe.fail([], share: 0, seed: 1)
    // The rest never comes: Stripe is asked. The second time there is nothing left to credit.
    let report = try JSON.parse(
      try #require(
        try Program.run("ledgerd", ["stripe", "reconcile", "--json"] + data)
          .split(separator: "\n").first { $0.hasPrefix("{") }.map(String.init)))
    #expect(report["payments"]?.int64 == 30)
    #expect(report["needs_person"]?.bool == false)
    #expect((report["credited"]?.elements?.count ?? 0) > 0)
    let again = try Program.run("ledgerd", ["stripe", "reconcile"] + data)
    #expect(again.contains("30 payments compared, 0 credited now."))
    #expect(try Program.run("ledgerd", ["stripe", "status"] + data).contains("paid in              \(Self.sum)"))
    #expect(try Program.run("ledgerd", ["verify", "--data", folder.path + "/ledger"]).contains("sound"))
  }

  private static let sum = Amount(minorUnits: (1...30).reduce(0) { $0 + 100 + $1 }).description

  @Test("a key that anybody could read, and a live key where money is not real, are refused")
  func secrets() throws {
    let stripe = try StripeStandIn()
    defer { stripe.close() }
    _ = try install(stripe)
    let key = folder.path + "/stripe.key"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
    #expect(try Program("ledgerd", ["serve"] + data).result().output.contains("chmod 600"))
    try folder.write("sk_live_visible\n", to: "stripe.key")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    let (output, status) = try Program("ledgerd", ["serve"] + data).result()
    #expect(status == 1)
    #expect(output.contains("stripe.mode says test"))
    #expect(!output.contains("visible"))
  }
}
