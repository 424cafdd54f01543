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
  private let ledger = StripeLedger()
  private var folder: TemporaryFolder { ledger.folder }
  private var data: [String] { ledger.data }

  @Test("what Stripe took before a kill is credited afterwards, each payment once, and the books are sound")
  func killed() async throws {
    let stripe = try StripeStandIn()
    defer { stripe.close() }
    let (server, wallet) = try ledger.install(stripe)
    for number in 1...30 {
      try await ledger.pay(stripe, cents: Int64(100 + number), server: server, wallet: wallet)
    }
    let events = stripe.events()
    // Stripe does not answer meanwhile, so only its events tell the server anything.
    stripe.fail([.errorBefore], share: 1, seed: 1)
    // Each life of the server takes a few events and is killed while the next is under way.
    var rest = events[...]
    for life in 1...3 {
      let (ledgerd, address) = try ledger.serve()
      let url = address + "/webhook_stripe/"
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
    _ = try ledger.install(stripe)
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
