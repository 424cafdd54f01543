/// A parser that meets strangers, by the name under which it is fuzzed; its seeds are in `Tests/FuzzingTests/Corpus`.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// Request and answer bodies, and the dump of them that is signed.
  case json
  /// Bodies of the handshake of the tills.
  case form
  /// API keys, uuids, tag ids, sums: what stands in headers, paths and fields.
  case names
  /// Instants, as the chain and the protocol write them.
  case time
  /// Keys in PEM, signatures in base64url.
  case keys
  /// Pairing strings, enrolment codes, and the answer to a handshake.
  case pairing
  /// A card factory's list.
  case cards
  /// tapd's configuration.
  case configuration
  /// Compiled zone files.
  case zone
  /// The rule at a zone file's end.
  case zoneRule = "zone-rule"
  /// What a PC/SC reader says of a card: answer to reset, answer to the question for the UID.
  case reader
  /// What a libnfc worker, a PN532 and vpcd write to their pipes.
  case frames
  /// Recorded traces.
  case trace
  /// What a ledger, or what stands in its place, answers a kiosk.
  case answers
  /// Events of Stripe, with the header that proves them.
  case stripe
  /// Commands to a whole ledger.
  case ledger

  /// Gives the parser these bytes.
  /// - Throws: `Finding` when a property does not hold; what must not happen at all traps.
  public func run(_ bytes: [UInt8]) throws(Finding) {
    switch self {
    case .json: try Self.json(bytes)
    case .form: try Self.form(bytes)
    case .names: try Self.names(bytes)
    case .time: try Self.time(bytes)
    case .keys: try Self.keys(bytes)
    case .pairing: try Self.pairing(bytes)
    case .cards: try Self.cards(bytes)
    case .configuration: try Self.configuration(bytes)
    case .zone: try Self.zone(bytes)
    case .zoneRule: try Self.zoneRule(bytes)
    case .reader: try Self.reader(bytes)
    case .frames: try Self.frames(bytes)
    case .trace: try Self.trace(bytes)
    case .answers: try Self.answers(bytes)
    case .stripe: try Self.stripe(bytes)
    case .ledger: try LedgerTarget.shared.run(bytes)
    }
  }

  static func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
}
