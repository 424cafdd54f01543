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
  /// The clearing of the outbox.
  public let forwarder: Forwarder
  /// Whether the ledger answers.
  public let link: LinkState
  /// What the kiosk may do.
  public let policies: PolicySource
  /// What keeps hotlist, policy and link up to date.
  public let watch: LedgerWatch
  let clock: any KioskClock

  /// Puts a kiosk together around a store and a ledger.
  public init(
    configuration: KioskConfiguration, store: KioskStore, ledgers: LedgerSource, clock: any KioskClock,
    backoff: Backoff = Backoff(), makeID: @escaping @Sendable () -> EntityID = { EntityID.random() }, logger: Logger
  ) async {
    self.configuration = configuration
    self.store = store
    self.ledgers = ledgers
    events = EventHub()
    board = ReaderBoard()
    self.clock = clock
    link = LinkState(events: events)
    policies = PolicySource(configuration: configuration)
    forwarder = Forwarder(store: store, ledgers: ledgers, clock: clock, backoff: backoff, logger: logger)
    watch = LedgerWatch(
      store: store, ledgers: ledgers, link: link, policies: policies, forwarder: forwarder, clock: clock,
      logger: logger)
    let pipeline = TapPipeline(
      configuration: configuration, store: store, ledgers: ledgers, link: link, policies: policies, events: events,
      forwarder: forwarder, clock: clock, logger: logger, makeID: makeID)
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
        case .native:
          NativeDialect(
            primaryCard: configuration.primaryCard,
            identity: NativeDialect.Identity(
              place: pairing.place, placeWallet: pairing.placeWallet, device: pairing.device))
        case .fedow:
          FedowDialect(
            placeWallet: pairing.placeWallet, primaryCard: configuration.primaryCard,
            settlingTime: .milliseconds(configuration.settlingMilliseconds))
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
    if let contact = try await store.remembered("contact") { link.recall(lastContact: contact.at) }
    if let policy = try await store.remembered("policy"), let json = try? JSON.parse(policy.value) {
      KioskPolicy(json).map { policies.learn($0) }
    }
    let incomplete = try await store.settleInterruptedCharges(at: time)
    let settling = (try? ledgers.ledger())?.dialect.settlingTime ?? .zero
    for row in try await store.rowsToTakeUp() {
      await forwarder.adopt(row.id, wallet: row.wallet, settling: settling)
    }
    for charge in incomplete where charge.paidAt == nil { await pipeline.giveUp(charge) }
    for charge in try await store.chargesWithClaims() { await pipeline.lookForClaims(on: charge) }
  }
}

extension TapKiosk {
  /// How the kiosk is, for `GET /v1/health`. Nothing here fails: what is wrong stands in it.
  public func health() async -> JSON {
    let ledger = try? ledgers.ledger()
    let counts = try? await store.outboxCounts()
    let outbox = OutboxState.allCases.map { ($0.rawValue, JSON(Int64(counts?[$0] ?? 0))) }
    let figures = try? await store.offlineFigures()
    let hotlist = try? await store.remembered("hotlist")
    return [
      "version": JSON(Self.version), "paired": .bool(ledger != nil),
      "ledger_reachable": .bool(await ledger?.isReachable() ?? false), "dialect": JSON(configuration.dialect.rawValue),
      "store_usable": .bool(counts != nil), "readers": board.json, "outbox": .object(JSONObject(outbox)),
      "link": link.json, "policy": policies.json,
      "hotlist": ["at": JSON(hotlist?.at.wire), "cards": JSON(Int64(figures?.hotlisted ?? 0))],
      "outstanding": JSON(figures?.outstanding.minorUnits ?? 0), "unsettled": JSON(Int64(figures?.unsettled ?? 0)),
      "operator": await pipeline.operatorReport(),
    ]
  }

  /// A card as the ledger sees it now.
  /// - Parameter tag: a UID as printed by a reader, or the 8-digit tag id.
  /// - Throws: `Refusal`.
  public func card(_ tag: String) async throws(Refusal) -> JSON {
    let reading = try await ledgers.ledger().readCard(TagUID(hex: tag).firstTagID)
    return (try? JSON.parse(reading.body)) ?? nil
  }

  /// Fills a card under the operator's card that was tapped, or that the configuration names where none is needed.
  ///
  /// - Parameter means: what it was paid with, a word of `TapKiosk.means`; nil when nobody said.
  /// - Throws: `Refusal`.
  public func refill(
    _ tag: String, asset: EntityID?, amount: Amount, means: String? = nil
  ) async throws(Refusal) -> JSON {
    guard amount > .zero else { throw Refusal(.amountInvalid) }
    guard means.map({ Self.means.contains($0) }) ?? true else {
      throw Refusal(.requestMalformed, "means is one of \(Self.means.joined(separator: ", ")).")
    }
    let card = try TagUID(hex: tag).firstTagID
    let ledger = try ledgers.ledger()
    guard let primaryCard = try await pipeline.operatorCard() else {
      throw Refusal(.configurationInvalid, "A refill needs an operator's card: tapctl operator open, or primary_card.")
    }
    let sum = "\(amount)"
    try await store.audit(entry("refill", primaryCard, card, sum))
    do {
      let transaction = try await ledger.refill(
        card, asset: asset, amount: amount, primaryCard: primaryCard, means: means)
      try? await store.audit(entry("refill_done", primaryCard, card, "\(sum) \(transaction["hash"]?.text ?? "")"))
      return transaction
    } catch {
      try? await store.audit(entry("refill_failed", primaryCard, card, "\(sum) \(error.code.rawValue)"))
      throw error
    }
  }

  /// What a refill can be paid with, as the ledger's reports sum it.
  public static let means = ["cash", "card", "cheque", "transfer", "online"]

  func entry(_ what: String, _ operatorCard: String?, _ subject: String?, _ detail: String?) -> AuditEntry {
    AuditEntry(at: clock.wallTime(), what: what, operatorCard: operatorCard, subject: subject, detail: detail)
  }
}
