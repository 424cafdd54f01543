import FedowProtocol
import Foundation
import GRDB
import Model
import Stripe
import TestKit

/// A real `ledgerd` in a folder of its own, before a stand-in for Stripe.
struct StripeLedger {
  let folder = TemporaryFolder()

  /// What its commands take to know their configuration.
  var data: [String] { ["--config", folder.path + "/ledgerd.toml"] }

  /// Installs it with a place.
  /// - Returns: the primary wallet and the place's.
  func install(_ stripe: StripeStandIn) throws -> (server: String, wallet: String) {
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
    return try books().read { db in
      (
        try String.fetchOne(db, sql: "SELECT value FROM settings WHERE key = 'primary_wallet'") ?? "",
        try String.fetchOne(db, sql: "SELECT wallet FROM places WHERE name = 'Bar'") ?? ""
      )
    }
  }

  /// Its books, as a file.
  func books() throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    return try DatabaseQueue(path: folder.path + "/ledger/ledger.sqlite", configuration: configuration)
  }

  /// Runs its server.
  /// - Returns: the server and its address.
  func serve() throws -> (Program, url: String) {
    let ledgerd = try Program("ledgerd", ["serve", "--port", "0"] + data)
    let address = try ledgerd.waitForLine("listening on")
    let port = address.split(separator: ":").last.map { $0.prefix { $0.isNumber } } ?? ""
    return (ledgerd, "http://127.0.0.1:\(port)")
  }

  /// A payment at Stripe for a wallet.
  func pay(_ stripe: StripeStandIn, cents: Int64, server: String, wallet: String) async throws {
    let client = StripeClient(try StripeSettings(key: StripeSecretKey(StripeStandIn.key), baseURL: stripe.url))
    let id = EntityID.random()
    let outcome = await client.createCheckout(
      StripeClient.Checkout(
        price: .fixed(cents: cents, name: "Refill"), successURL: "https://a.example", cancelURL: "https://a.example",
        clientReference: id.text,
        metadata: ["fedow_server": server, "fedow_checkout": id.text, "fedow_subject": wallet]),
      key: IdempotencyKey("checkout", id))
    guard case .done(let session) = outcome else { throw Program.Failure(description: "\(outcome)") }
    stripe.pay(session.id)
  }

  /// Holds the books against themselves and against what Stripe was paid.
  /// - Throws: `Program.Failure` when they are not sound.
  func checkBooks() throws {
    let verdict = try Program.run("ledgerd", ["verify", "--data", folder.path + "/ledger"])
    guard verdict.contains("sound") else { throw Program.Failure(description: verdict) }
    let standing = try Program.run("ledgerd", ["primary", "--json", "--data", folder.path + "/ledger"])
    guard try JSON.parse(standing)["excess"]?.int64 == 0 else { throw Program.Failure(description: standing) }
  }
}
