import FedowProtocol
import Logging
import Model
import ServiceLifecycle

/// Keeps what the kiosk must know when the ledger does not answer: the hotlist, by long poll, and the place's policy; and
/// notices when the ledger goes and when it comes back.
public struct LedgerWatch: Service {
  /// How long the ledger may hold a question about the hotlist.
  static let longPoll: Duration = .seconds(25)
  /// How long until a ledger that did not answer, or that has no hotlist, is asked again.
  static let pause: Duration = .seconds(3)

  private let store: KioskStore
  private let ledgers: LedgerSource
  private let link: LinkState
  private let policies: PolicySource
  private let forwarder: Forwarder
  private let clock: any KioskClock
  private let logger: Logger

  init(
    store: KioskStore, ledgers: LedgerSource, link: LinkState, policies: PolicySource, forwarder: Forwarder,
    clock: any KioskClock, logger: Logger
  ) {
    self.store = store
    self.ledgers = ledgers
    self.link = link
    self.policies = policies
    self.forwarder = forwarder
    self.clock = clock
    self.logger = logger
  }

  /// Watches until the daemon stops.
  public func run() async {
    try? await cancelWhenGracefulShutdown {
      var wait = Duration.zero
      while !Task.isCancelled {
        let hasHotlist = await self.look(wait: wait)
        // The first question of a connection is not held: it tells at once what was missed.
        wait = hasHotlist ? Self.longPoll : .zero
        if !hasHotlist { try await self.clock.sleep(for: Self.pause) }
      }
    }
  }

  /// Asks once. True when the ledger answered with its hotlist.
  func look(wait: Duration) async -> Bool {
    guard let ledger = try? ledgers.ledger() else { return false }
    guard ledger.dialect.name == NativeDialect.word else {
      await note(isThere: await ledger.isReachable())
      return false
    }
    let version: Int64
    do {
      version = try await store.hotlistVersion()
    } catch {
      // Of the ledger this says nothing.
      logger.warning("hotlist not asked for", metadata: ["error": "\(error)"])
      return false
    }
    do {
      let news = try await ledger.call(
        "GET", "/v1/hotlist/?since=\(version)&wait=\(wait.components.seconds)", body: nil, patience: wait)
      // The instant at which it was heard: what comes now may take long.
      let time = clock.wallTime()
      let isBack = link.heard(at: time)
      if wait == .zero { await learnPolicy(from: ledger) }
      let isTaken = await take(news, since: version, at: time)
      await greet(isBack: isBack, at: time)
      // What is settled moves the list, most times, so that this comes soon.
      await SettlementReview(store: store, ledger: ledger).review(at: time)
      return isTaken
    } catch {
      // A ledger that refuses is there.
      await note(isThere: error.code != .ledgerUnreachable)
      if error.code != .ledgerUnreachable { logger.warning("hotlist not read", metadata: ["error": "\(error)"]) }
      return false
    }
  }

  private func take(_ news: JSON, since version: Int64, at time: LedgerTime) async -> Bool {
    guard let hotlist = Hotlist(news) else { return false }
    do {
      try await store.apply(hotlist, since: version, at: time)
      return true
    } catch {
      logger.warning("hotlist not written", metadata: ["error": "\(error)"])
      return false
    }
  }

  private func learnPolicy(from ledger: any LedgerLink) async {
    do {
      let answer = try await ledger.call("GET", "/v1/policy/", body: nil, patience: .zero)
      guard let policy = KioskPolicy(answer) else { return }
      policies.learn(policy)
      try await store.remember(policy: answer, at: clock.wallTime())
    } catch {
      logger.warning("policy not read", metadata: ["error": "\(error)"])
    }
  }

  /// Tells the ledger of the blocked cards that were tapped while it did not answer.
  public func reportSightings() async { await SightingReport(store: store, ledgers: ledgers).send() }

  private func note(isThere: Bool) async {
    let time = clock.wallTime()
    if !isThere { return link.lost(at: time) }
    await greet(isBack: link.heard(at: time), at: time)
  }

  /// The ledger was heard: what waited for it can be sent.
  private func greet(isBack: Bool, at time: LedgerTime) async {
    if isBack { await forwarder.hurry() }
    await reportSightings()
    try? await store.noteContact(at: time)
  }
}
