import Foundation
import LedgerHTTP
import Logging
import Model
import TOMLKit

/// What `ledgerd.toml` says; every key has a default, and an unknown key is refused by its name.
struct ServerConfiguration {
  var data = "/var/lib/ledgerd"
  var host = "127.0.0.1"
  var port = 8442
  var logLevel = Logger.Level.info
  var batch = 256
  var queue = 4096
  var walletDateWindow: Duration? = .seconds(86_400)
  var rates = RateLimits()
  /// The most connections at once; more wait until one ends.
  var connections = 4096
  /// How long a connection may be silent, or take to send a request's head.
  var idleTimeout = Duration.seconds(75)

  /// Stripe; nil without a table of it.
  var stripe: StripeConfiguration?

  /// Where it is when no option names it.
  static let defaultPath = "/etc/fedow-tap/ledgerd.toml"

  /// Reads the file; without one, and none named, the defaults.
  /// - Throws: `Refusal` with `configuration_invalid`.
  static func load(path: String?) throws(Refusal) -> ServerConfiguration {
    guard let text = try? String(contentsOfFile: path ?? defaultPath, encoding: .utf8) else {
      guard let path else { return ServerConfiguration() }
      throw Refusal(.configurationInvalid, "The configuration \(path) cannot be read.")
    }
    if let line = ConfigurationText.faultyHeader(in: text) {
      throw Refusal(.configurationInvalid, "Line \(line) of the configuration is not TOML.")
    }
    do {
      return try ServerConfiguration(TOMLTable(string: text))
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.configurationInvalid, "The configuration is not TOML: \(error)")
    }
  }

  init() {}

  init(_ table: TOMLTable) throws(Refusal) {
    for key in table.keys {
      guard let value = table[key] else { continue }
      switch key {
      case "data": data = try Self.read(value.string, key, "a path")
      case "host": host = try Self.read(value.string, key, "an address")
      case "port": port = try Self.number(value.int, key, 1...65_535)
      case "log_level":
        let word = try Self.read(value.string, key, "a log level")
        logLevel = try Self.read(Logger.Level(rawValue: word), key, "trace, debug, info, notice, warning or error")
      case "batch": batch = try Self.number(value.int, key, 1...4096)
      case "queue": queue = try Self.number(value.int, key, 1...1_000_000)
      case "wallet_date_window":
        let seconds = try Self.number(value.int, key, 0...31_536_000)
        walletDateWindow = seconds == 0 ? nil : .seconds(seconds)
      case "rate_client": rates.client = try Self.number(value.int, key, 0...10_000_000)
      case "rate_stranger": rates.stranger = try Self.number(value.int, key, 0...1_000_000)
      case "rate_failure": rates.failure = try Self.number(value.int, key, 0...1_000_000)
      case "connections": connections = try Self.number(value.int, key, 1...65_535)
      case "idle_timeout": idleTimeout = .seconds(try Self.number(value.int, key, 1...86_400))
      case "stripe": stripe = try StripeConfiguration(try Self.read(value.table, key, "a table"))
      default: throw Refusal(.configurationInvalid, "The configuration has an unknown key '\(key)'.")
      }
    }
  }

  private static func read<Value>(_ value: Value?, _ key: String, _ what: String) throws(Refusal) -> Value {
    guard let value else { throw Refusal(.configurationInvalid, "In the configuration, \(key) must be \(what).") }
    return value
  }

  private static func number(_ value: Int?, _ key: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int {
    guard let value, range.contains(value) else {
      throw Refusal(
        .configurationInvalid,
        "In the configuration, \(key) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }
}
