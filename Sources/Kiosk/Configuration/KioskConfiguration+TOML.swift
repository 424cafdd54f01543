import Logging
import Model
import Rules
import TOMLKit

extension KioskConfiguration {
  /// Reads the text of a configuration file.
  /// - Throws: `Refusal` with code `configuration_invalid` that names the line or the key.
  public init(toml text: String) throws(Refusal) {
    self.init()
    if let line = ConfigurationText.faultyHeader(in: text) {
      throw Refusal(.configurationInvalid, "Line \(line) is not TOML: a section is written like [readers].")
    }
    let root: TOMLTable
    do {
      root = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw Refusal(.configurationInvalid, "Line \(error.source.begin.line) is not TOML: \(error.description).")
    } catch {
      throw Refusal(.configurationInvalid, "The configuration is not TOML: \(error).")
    }
    try read(root)
  }

  private mutating func read(_ root: TOMLTable) throws(Refusal) {
    var top = ConfigurationSection(root)
    dataDirectory = try top.text("data_directory") ?? dataDirectory
    language = try top.choice("language", of: ["en", "fr"]) ?? language
    if let level = try top.choice("log_level", of: Logger.Level.allCases.map(\.rawValue)) {
      logLevel = Logger.Level(rawValue: level) ?? logLevel
    }
    if let word = try top.choice("dialect", of: Dialect.allCases.map(\.rawValue)) {
      dialect = Dialect(rawValue: word) ?? dialect
    }
    if let card = try top.text("primary_card"), !card.isEmpty {
      guard card.utf8.count == 8, let bytes = Hexadecimal.decode(card) else {
        throw Refusal(.configurationInvalid, "primary_card is a tag id: 8 hexadecimal digits.")
      }
      primaryCard = Hexadecimal.encode(bytes, uppercase: true)
    }
    try readAPI(&top)
    try readRules(&top)
    try readLedger(&top)
    try readReaders(&top)
    try top.finish()
    if dialect == .fedow && primaryCard == nil {
      throw Refusal(.configurationInvalid, "dialect = \"fedow\" needs primary_card: that server sells only with one.")
    }
  }

  private mutating func readAPI(_ top: inout ConfigurationSection) throws(Refusal) {
    if var api = try top.section("api") {
      host = try api.choice("host", of: ["127.0.0.1", "::1", "localhost"]) ?? host
      port = try api.number("port", in: 0...65_535) ?? port
      try api.finish()
    }
    if var charge = try top.section("charge") {
      chargeExpirySeconds = try charge.number("expires_after_s", in: 1...3600) ?? chargeExpirySeconds
      undoWindowSeconds = try charge.number("undo_window_s", in: 0...86_400) ?? undoWindowSeconds
      spendOrder = try Self.order(charge.texts("spend_order")) ?? spendOrder
      try charge.finish()
    }
  }

  private static func order(_ words: [String]?) throws(Refusal) -> [SpendClass]? {
    guard let words, !words.isEmpty else { return nil }
    let classes = words.compactMap { SpendClass(rawValue: $0) }
    guard classes.count == words.count, Set(classes).count == classes.count else {
      let known = SpendClass.allCases.map(\.rawValue).joined(separator: ", ")
      throw Refusal(.configurationInvalid, "charge.spend_order is a list of some of \(known), each once.")
    }
    return classes
  }

  private mutating func readRules(_ top: inout ConfigurationSection) throws(Refusal) {
    if var section = try top.section("offline") {
      offline.isAllowed = try section.truth("allowed")
      offline.perCard = try Self.amount(section.text("per_card"), "offline.per_card")
      offline.perDevice = try Self.amount(section.text("per_device"), "offline.per_device")
      offline.longestSeconds = try section.number("longest_s", in: 0...604_800)
      offline.hotlistLongestSeconds = try section.number("hotlist_longest_s", in: 0...604_800)
      try section.finish()
    }
    if var outbox = try top.section("outbox") {
      outboxLimit = try outbox.number("limit", in: 1...1_000_000) ?? outboxLimit
      try outbox.finish()
    }
    if var section = try top.section("operator") {
      needsOperator = try section.truth("needed") ?? needsOperator
      operatorIdleSeconds = try section.number("idle_s", in: 5...3600) ?? operatorIdleSeconds
      operatorLongestSeconds = try section.number("longest_s", in: 5...86_400) ?? operatorLongestSeconds
      try section.finish()
    }
  }

  private static func amount(_ text: String?, _ key: String) throws(Refusal) -> Amount? {
    guard let text, !text.isEmpty else { return nil }
    do {
      return try Amount(decimal: text)
    } catch {
      throw Refusal(.configurationInvalid, "\(key): \(error.sentence)")
    }
  }

  private mutating func readLedger(_ top: inout ConfigurationSection) throws(Refusal) {
    guard var ledger = try top.section("ledger") else { return }
    timeouts = LedgerTimeouts(
      connect: try ledger.number("connect_timeout_ms", in: 10...60_000) ?? timeouts.connect,
      card: try ledger.number("card_timeout_ms", in: 10...60_000) ?? timeouts.card,
      debit: try ledger.number("debit_timeout_ms", in: 10...60_000) ?? timeouts.debit)
    settlingMilliseconds = try ledger.number("settling_ms", in: 0...3_600_000) ?? settlingMilliseconds
    try ledger.finish()
  }

  private mutating func readReaders(_ top: inout ConfigurationSection) throws(Refusal) {
    guard var readers = try top.section("readers") else { return }
    usesPCSC = try readers.truth("pcsc") ?? usesPCSC
    libnfcConnections = try readers.texts("libnfc") ?? libnfcConnections
    discoversLibnfc = try readers.truth("libnfc_discovery") ?? discoversLibnfc
    if let path = try readers.text("trace"), !path.isEmpty { trace = path }
    if let pace = try readers.choice("trace_pace", of: TracePace.allCases.map(\.rawValue)) {
      tracePace = TracePace(rawValue: pace) ?? tracePace
    }
    if let path = try readers.text("record"), !path.isEmpty { record = path }
    try readers.finish()
  }
}
