import Logging
import Model
import Rules

/// Everything that an operator can set. `config/tapd.toml` documents each key; a key that is missing has its default.
public struct KioskConfiguration: Sendable, Hashable {
  /// Where the pairing and the store are.
  public var dataDirectory = "/var/lib/tapd"
  /// The language of the sentences that `tapctl` and the page show first: `en` or `fr`.
  public var language = "en"
  /// From which level on logs are written.
  public var logLevel = Logger.Level.info
  /// The ledger's dialect.
  public var dialect = Dialect.native
  /// The 8-digit tag id of the operator's card, for refills and for the dialect `fedow`.
  public var primaryCard: String?
  /// The address that the local API listens on.
  public var host = "127.0.0.1"
  /// The port of the local API; 0 lets the system choose.
  public var port = 8440
  /// How long a charge waits for a card, in seconds.
  public var chargeExpirySeconds = 120
  /// Which money this point of sale takes first; nil for the place's order.
  public var spendOrder: [SpendClass]?
  /// How long after a charge it may be taken back, in seconds; the place's policy may say less.
  public var undoWindowSeconds = 600
  /// What is allowed while the ledger does not answer.
  public var offline = OfflineSettings()
  /// How many debits may wait for the ledger.
  public var outboxLimit = 20_000
  /// Whether refills and undo need an operator's card to be tapped first.
  public var needsOperator = true
  /// After how many seconds without use an operator's session ends.
  public var operatorIdleSeconds = 120
  /// After how many seconds it ends in any case.
  public var operatorLongestSeconds = 900
  /// How long after a time-out a Fedow server may still finish a sale, in milliseconds.
  public var settlingMilliseconds = 60_000
  /// How long the ledger may take.
  public var timeouts = LedgerTimeouts()
  /// Whether pcscd's readers are used.
  public var usesPCSC = true
  /// libnfc's connection strings, a reader each.
  public var libnfcConnections: [String] = []
  /// Whether libnfc looks for readers by itself.
  public var discoversLibnfc = false
  /// A recorded trace to replay as a reader.
  public var trace: String?
  /// How fast the trace is replayed.
  public var tracePace = TracePace.recorded

  /// Where what the readers tell is recorded, for a later replay.
  public var record: String?

  /// How the ledger is spoken to.
  public enum Dialect: String, Sendable, Hashable, CaseIterable {
    /// ledgerd.
    case native
    /// A Fedow server.
    case fedow
  }

  /// How a trace is replayed.
  public enum TracePace: String, Sendable, Hashable, CaseIterable {
    /// As it was recorded.
    case recorded
    /// Each line when it arrives, for a named pipe.
    case live
  }

  /// The defaults.
  public init() {}
}
