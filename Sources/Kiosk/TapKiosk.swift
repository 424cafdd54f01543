import FedowProtocol
import Logging
import Model

/// The parts of one kiosk, put together.
public struct TapKiosk: Sendable {
  /// The version that `health` and the log show.
  public static let version = "0.1.0"

  /// What it was configured to be.
  public let configuration: KioskConfiguration
  /// What it must not forget.
  public let store: KioskStore
  /// Its ledger, once it is paired.
  public let ledgers: LedgerSource
  /// Who is told what happens.
  public let events: EventHub
  /// What the readers are doing.
  public let board: ReaderBoard
  /// The way of its taps.
  public let pipeline: TapPipeline
  /// The clearing of debits whose answer was lost.
  public let forwarder: Forwarder

  /// Puts a kiosk together around a store and a ledger.
  public init(
    configuration: KioskConfiguration, store: KioskStore, ledgers: LedgerSource, clock: any KioskClock,
    backoff: Backoff = Backoff(), logger: Logger
  ) async {
    self.configuration = configuration
    self.store = store
    self.ledgers = ledgers
    events = EventHub()
    board = ReaderBoard()
    forwarder = Forwarder(store: store, ledgers: ledgers, clock: clock, backoff: backoff, logger: logger)
    let pipeline = TapPipeline(
      store: store, ledgers: ledgers, events: events, forwarder: forwarder,
      expiry: .seconds(configuration.chargeExpirySeconds), clock: clock, logger: logger)
    self.pipeline = pipeline
    await forwarder.report { row, outcome in await pipeline.resolve(row, as: outcome) }
  }

  /// Opens the store in the data directory and takes the ledger from the pairing there.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public static func open(
    _ configuration: KioskConfiguration, clock: any KioskClock, logger: Logger
  ) async throws(Refusal) -> TapKiosk {
    let file = PairingFile(dataDirectory: configuration.dataDirectory)
    try DataDirectory.make(configuration.dataDirectory)
    let store = try KioskStore(path: configuration.dataDirectory + "/kiosk.sqlite")
    let ledgers = LedgerSource { () throws(Refusal) -> (any LedgerLink)? in
      guard let pairing = try file.load() else { return nil }
      let dialect: any LedgerDialect =
        switch configuration.dialect {
        case .native: NativeDialect(primaryCard: configuration.primaryCard)
        case .fedow: FedowDialect(placeWallet: pairing.placeWallet, primaryCard: configuration.primaryCard)
        }
      return LedgerClient(pairing: pairing, dialect: dialect, timeouts: configuration.timeouts)
    }
    let kiosk = await TapKiosk(
      configuration: configuration, store: store, ledgers: ledgers, clock: clock, logger: logger)
    try await kiosk.recover(at: clock.wallTime())
    return kiosk
  }

  /// Takes up what the last run left: before anything can open a charge, for an open one would be taken for a left one.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func recover(at time: LedgerTime) async throws(Refusal) {
    try await store.settleInterruptedCharges(at: time)
    for row in try await store.openDebits() { await forwarder.adopt(row) }
  }
}

extension TapKiosk {
  /// How the kiosk is, for `GET /v1/health`. Nothing here fails: what is wrong stands in it.
  public func health() async -> JSON {
    let ledger = try? ledgers.ledger()
    let counts = try? await store.outboxCounts()
    let outbox = OutboxState.allCases.map { ($0.rawValue, JSON(Int64(counts?[$0] ?? 0))) }
    return [
      "version": JSON(Self.version), "paired": .bool(ledger != nil),
      "ledger_reachable": .bool(await ledger?.isReachable() ?? false), "dialect": JSON(configuration.dialect.rawValue),
      "store_usable": .bool(counts != nil), "readers": board.json, "outbox": .object(JSONObject(outbox)),
    ]
  }

  /// A card as the ledger sees it now.
  /// - Parameter tag: a UID as printed by a reader, or the 8-digit tag id.
  /// - Throws: `Refusal`.
  public func card(_ tag: String) async throws(Refusal) -> JSON {
    let reading = try await ledgers.ledger().readCard(TagUID(hex: tag).firstTagID)
    return (try? JSON.parse(reading.body)) ?? nil
  }

  /// Fills a card under the operator's card of the configuration.
  /// - Throws: `Refusal`.
  public func refill(_ tag: String, asset: EntityID?, amount: Amount) async throws(Refusal) -> JSON {
    guard amount > .zero else { throw Refusal(.amountInvalid) }
    let card = try TagUID(hex: tag).firstTagID
    guard let primaryCard = configuration.primaryCard else {
      throw Refusal(.configurationInvalid, "A refill needs the operator's card: set primary_card in tapd.toml.")
    }
    return try await ledgers.ledger().refill(card, asset: asset, amount: amount, primaryCard: primaryCard)
  }
}
