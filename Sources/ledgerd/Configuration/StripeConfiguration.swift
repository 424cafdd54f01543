import Foundation
import Ledger
import Model
import Stripe
import TOMLKit

/// What `[stripe]` in `ledgerd.toml` says. Secrets are in files of mode 0600 or in the environment, never in it.
struct StripeConfiguration {
  var keyFile: String?
  var webhookSecretFile: String?
  /// Whether real money moves: a live key needs this said, and a test key this not said.
  var isLive = false
  var baseURL = StripeSettings.publicURL
  var version = StripeSettings.pinnedVersion
  var reconcileInterval = Duration.seconds(900)
  var terms = StripeTerms()

  init(_ table: TOMLTable) throws(Refusal) {
    for key in table.keys {
      guard let value = table[key] else { continue }
      switch key {
      case "key_file": keyFile = try Self.read(value.string, key, "a path")
      case "webhook_secret_file": webhookSecretFile = try Self.read(value.string, key, "a path")
      case "mode":
        let mode = value.string
        isLive = try Self.read(["test": false, "live": true][mode ?? ""], key, "test or live")
      case "base_url": baseURL = try Self.read(value.string, key, "an address")
      case "api_version": version = try Self.read(value.string, key, "a version of Stripe's interface")
      case "reconcile_interval": reconcileInterval = .seconds(try Self.number(value.int, key, 10...604_800))
      case "refill_minimum": terms.minimum = Int64(try Self.number(value.int, key, 50...99_999_999))
      case "refill_maximum": terms.maximum = Int64(try Self.number(value.int, key, 50...99_999_999))
      case "refill_preset": terms.preset = Int64(try Self.number(value.int, key, 50...99_999_999))
      case "refill_name": terms.name = try Self.read(value.string, key, "a text")
      default: throw Refusal(.configurationInvalid, "The configuration has an unknown key 'stripe.\(key)'.")
      }
    }
    guard terms.minimum <= terms.preset, terms.preset <= terms.maximum else {
      throw Refusal(.configurationInvalid, "Of a refill by Stripe: minimum <= preset <= maximum.")
    }
  }

  /// How Stripe is reached.
  /// - Throws: `Refusal` with `configuration_invalid`.
  func client() throws -> StripeClient {
    let key = try StripeSecretKey(Self.secret("LEDGERD_STRIPE_KEY", keyFile, "key_file"))
    guard key.isLive == isLive else {
      throw Refusal(
        .configurationInvalid, "\(key) is configured, but stripe.mode says \(isLive ? "live" : "test").")
    }
    return StripeClient(try StripeSettings(key: key, baseURL: baseURL, version: version))
  }

  /// What Stripe signs its events with; one a line while one is replaced.
  /// - Throws: `Refusal` with `configuration_invalid`.
  func webhookSecrets() throws -> [WebhookSecret] {
    try Self.secret("LEDGERD_STRIPE_WEBHOOK_SECRET", webhookSecretFile, "webhook_secret_file")
      .split(whereSeparator: { $0.isWhitespace }).map { try WebhookSecret(String($0)) }
  }

  private static func secret(_ variable: String, _ path: String?, _ key: String) throws -> String {
    if let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty { return text }
    guard let path else {
      throw Refusal(.configurationInvalid, "Name stripe.\(key) in the configuration, or set \(variable).")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw Refusal(.configurationInvalid, "\(path) cannot be read.")
    }
    let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
    guard let mode, mode & 0o077 == 0 else {
      throw Refusal(.configurationInvalid, "\(path) holds a secret; run: chmod 600 \(path)")
    }
    return text
  }

  private static func read<Value>(_ value: Value?, _ key: String, _ what: String) throws(Refusal) -> Value {
    guard let value else {
      throw Refusal(.configurationInvalid, "In the configuration, stripe.\(key) must be \(what).")
    }
    return value
  }

  private static func number(_ value: Int?, _ key: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int {
    guard let value, range.contains(value) else {
      throw Refusal(
        .configurationInvalid,
        "In the configuration, stripe.\(key) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }
}
