import FedowProtocol
import Logging
import Model
import Rules
import ServiceLifecycle

/// The way of a tap, from the card at the reader to the ledger's answer. Owns the kiosk's one open charge.
///
/// The actor never waits for the network or the disk while it holds a decision open: each step takes the charge's state,
/// acts, and gives the new state back to `ChargeMachine`.
public actor TapPipeline: Service {
  /// How many ended charges are kept in memory; older ones are read from the store.
  private static let remembered = 128
  private static let longestDescription = 500

  let store: KioskStore
  let ledgers: LedgerSource
  let events: EventHub
  let clock: any KioskClock
  let logger: Logger
  let link: LinkState
  let policies: PolicySource
  let forwarder: Forwarder
  let configuration: KioskConfiguration
  let makeID: @Sendable () -> EntityID
  var operators: OperatorMachine
  var lastPaid: EntityID?
  /// The charges for which voids are being made: while the disk is asked what they need, nobody else makes some.
  var beingGivenBack: Set<EntityID> = []
  /// The charges that are given back as soon as the disk can be asked: they end as it was said, and as nothing else.
  var toBeGivenUp: Set<EntityID> = []
  /// How many outcomes for the charge in hand were begun to be written, and of how many that is over: each writes the
  /// charge, too, as it is known when it is begun.
  var settlements = (begun: 0, over: 0)
  var capture = TapCapture()
  /// The tap that pays the charge in hand, and its reader.
  var lastTap: (id: EntityID?, reader: String)?
  private let expiry: Duration
  private var machine = ChargeMachine()
  private var recent: [EntityID: Charge] = [:]
  private var order: [EntityID] = []
  private let jobs: AsyncStream<Job>
  private let jobsInput: AsyncStream<Job>.Continuation

  private enum Job {
    case debit(Charge, by: any LedgerLink)
    case session(card: String, by: any LedgerLink)
    case sighting(Sighting)
    case giving(Giving)
    case givingUp(Charge, as: Charge.Ending)
    case ending(Charge)
    case claims(on: EntityID)
    case expiry(after: Duration)
  }

  /// A pipeline with an empty place for a charge.
  /// - Parameters:
  ///   - makeID: where the ids of charges, taps and voids come from.
  public init(
    configuration: KioskConfiguration, store: KioskStore, ledgers: LedgerSource, link: LinkState,
    policies: PolicySource, events: EventHub, forwarder: Forwarder, clock: any KioskClock, logger: Logger,
    makeID: @escaping @Sendable () -> EntityID = { EntityID.random() }
  ) {
    self.configuration = configuration
    self.store = store
    self.ledgers = ledgers
    self.link = link
    self.policies = policies
    self.events = events
    self.forwarder = forwarder
    self.clock = clock
    self.logger = logger
    self.makeID = makeID
    expiry = .seconds(configuration.chargeExpirySeconds)
    operators = OperatorMachine(
      idle: .seconds(configuration.operatorIdleSeconds), longest: .seconds(configuration.operatorLongestSeconds))
    (jobs, jobsInput) = AsyncStream<Job>.makeStream(bufferingPolicy: .bufferingOldest(1024))
  }

  /// Works until the daemon stops; a debit in hand is then brought to its end, which its time-outs bound.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for await job in jobs.cancelOnGracefulShutdown() {
        switch job {
        case .debit(let charge, let ledger):
          group.addTask { await self.debit(charge, by: ledger) }
        case .session(let card, let ledger):
          group.addTask { await self.openSession(card, by: ledger) }
        case .sighting(let sighting):
          group.addTask { await SightingReport(store: self.store, ledgers: self.ledgers).note(sighting) }
        case .giving(let giving):
          group.addTask { await self.persist(giving) }
        case .givingUp(let charge, let ending):
          group.addTask { await self.keepGivingUp(charge, as: ending) }
        case .ending(let charge):
          group.addTask { await self.persist(charge) }
        case .claims(let charge):
          group.addTask { await self.dropClaims(on: charge) }
        case .expiry(let delay):
          group.addTask {
            if await self.clock.rests(for: delay) {
              await self.expireIfDue()
              await self.tellIfOperatorWasAwaitedInVain()
              await self.tellIfCaptureWasInVain()
            }
          }
        }
      }
    }
  }

  /// Opens a charge, which the next tap pays.
  /// - Throws: `Refusal` with code `amount_invalid`, `request_malformed`, `not_paired`, `charge_busy` or
  ///   `store_unavailable`.
  public func open(
    amount: Amount, description: String?, terms: ChargeTerms = ChargeTerms()
  ) async throws(Refusal) -> Charge {
    guard amount > .zero || amount == .zero && terms.entrance != nil else { throw Refusal(.amountInvalid) }
    guard terms.entrance == nil || !terms.acceptsParts else {
      throw Refusal(.requestMalformed, "One card lets one person in; an entrance is not paid in parts.")
    }
    guard (description?.utf8.count ?? 0) <= Self.longestDescription else {
      throw Refusal(.requestMalformed, "A description has at most \(Self.longestDescription) bytes.")
    }
    let ledger = try ledgers.ledger()
    guard terms.entrance == nil || ledger.dialect.name == NativeDialect.word else { throw FedowDialect.noEntrances }
    await expireIfDue()
    if let waiting = capture.waiting(at: clock.now()) {
      throw Refusal(.chargeBusy, "A card is awaited for something else (\(waiting.purpose)). Tap it or cancel that.")
    }
    let charge = Charge(
      id: makeID(), amount: amount, description: description, terms: terms, createdAt: clock.wallTime())
    try machine.reserve(charge)
    do {
      try await store.insert(charge)
    } catch {
      machine.release(charge.id)
      throw error
    }
    machine.wait(until: clock.now() + expiry)
    expireLater(after: expiry)
    publish(charge)
    return charge
  }

  /// A charge by its id.
  /// - Throws: `Refusal` with code `charge_unknown` or `store_unavailable`.
  public func charge(_ id: EntityID) async throws(Refusal) -> Charge {
    await expireIfDue()
    if let known = known(id) { return known }
    guard let stored = try await store.charge(id) else { throw Refusal(.chargeUnknown) }
    // While the store was asked, something may have become of it.
    return known(id) ?? stored
  }

  /// A charge that is in hand, or was lately.
  func known(_ id: EntityID) -> Charge? { machine.holds(id) ? machine.open : recent[id] }

  /// Takes an open charge back; what cards paid of it already is given back to them.
  /// - Throws: `Refusal` with code `charge_unknown`, `charge_not_cancellable` or `store_unavailable`.
  public func cancel(_ id: EntityID) async throws(Refusal) -> Charge {
    await expireIfDue()
    if let cancelled = try machine.cancel(id) {
      if !cancelled.parts.isEmpty { return try await giveBackUnasked(cancelled, as: .cancelled) }
      await end(cancelled)
      return cancelled
    }
    let charge = try await charge(id)
    guard charge.state == .cancelled || charge.ending == .cancelled else {
      throw Refusal(.chargeNotCancellable, "This charge has already ended (\(charge.state.word)).")
    }
    return charge
  }

  /// Takes news from a reader: told to everyone at once, then used for the open charge.
  /// - Parameter instant: when the news reached tapd.
  public func handle(_ news: TapDetector.Outcome, at instant: MonotonicTime) async {
    await expireIfDue()
    switch news {
    case .refused(let refusal, let reader, let uid):
      events.publish(.tap, TapReport.refused(refusal, reader: reader, uid: uid))
      tellCapture(refusal, at: instant)
    case .tap(let tap):
      if operators.take(at: instant) { return askForSession(tap) }
      if giveToCapture(tap, at: instant) { return }
      let charge = machine.tap(makeID(), card: tap.uid.firstTagID, seenAt: instant)
      if charge != nil { lastTap = (charge?.tap, tap.reader.name) }
      events.publish(.tap, TapReport.seen(tap, charge: charge?.id))
      guard let charge else { return }
      publish(charge)
      do {
        jobsInput.yield(.debit(charge, by: try ledgers.ledger()))
      } catch {
        await refuse(charge, error)
      }
    }
  }

  private func askForSession(_ tap: Tap) {
    lastTap = (nil, tap.reader.name)
    events.publish(.tap, TapReport.seen(tap, charge: nil))
    do {
      jobsInput.yield(.session(card: tap.uid.firstTagID, by: try ledgers.ledger()))
    } catch {
      concludeSession(nil, refusal: error)
    }
  }

  /// Pays what is missing of a partly paid charge by other means than a card.
  /// - Parameter means: the cashier's word for it, for instance `cash`.
  /// - Throws: `Refusal` with code `charge_unknown`, `charge_not_cancellable`, `request_malformed` or
  ///   `store_unavailable`, or why the ledger refused a part in this very moment; the charge then waits for its rest again.
  public func complete(_ id: EntityID, by means: String) async throws(Refusal) -> Charge {
    guard (1...50).contains(means.utf8.count) else {
      throw Refusal(.requestMalformed, "means is a word for how the rest is paid, for instance cash.")
    }
    await expireIfDue()
    guard let open = machine.takeRest(of: id) else {
      let charge = try await charge(id)
      throw Refusal(.chargeNotCancellable, "This charge does not wait for the rest of its sum (\(charge.state.word)).")
    }
    var charge = open
    charge.otherMeans = Charge.OtherMeans(name: means, amount: charge.missing)
    charge.lastRefusal = nil
    charge.paidAt = clock.wallTime()
    charge.reckon()
    var begun: Int
    repeat {
      begun = settlements.begun
      do {
        // Before it is said: after a restart nobody may give back to a card what was paid, and the rest in cash.
        try await store.update(charge, at: clock.wallTime())
      } catch {
        reopen(open)
        throw error
      }
      // What was settled meanwhile was written with the charge as it was before, perhaps over this.
    } while settlements != (begun, begun)
    let written = charge.parts
    charge.take(news: news(of: id))
    guard charge.parts != written else {
      lastPaid = id
      advance(charge)
      return charge
    }
    charge.reckon()
    if case .partlyPaid = charge.state {
      let waiting = reopen(open)
      try? await store.update(waiting, at: clock.wallTime())
      throw Refusal(waiting.lastRefusal?.code ?? .ledgerRefused, "\(Self.isMissingMore) \(waiting.missing) is missing.")
    }
    lastPaid = id
    await end(charge)
    return charge
  }

  private static let isMissingMore = "In this moment the ledger refused what a card paid of this charge offline."

  /// A charge whose rest was not paid by other means waits for a card again, with what became of its parts meanwhile.
  @discardableResult private func reopen(_ charge: Charge) -> Charge {
    var charge = charge
    charge.take(news: news(of: charge.id))
    charge.lastRefusal = known(charge.id)?.lastRefusal ?? charge.lastRefusal
    charge.reckon()
    advance(charge)
    return charge
  }

  /// Ends the open charge when its time is over.
  func expireIfDue() async {
    guard let expired = machine.expire(now: clock.now()) else { return }
    await expired.parts.isEmpty ? end(expired) : giveUp(expired)
  }

  /// Gives back what was paid of a charge that nobody completes: nothing remains half.
  func giveUp(_ charge: Charge, as ending: Charge.Ending = .expired) async {
    guard !beingGivenBack.contains(charge.id), !toBeGivenUp.contains(charge.id) else { return }
    do {
      _ = try await giveBackUnasked(charge, as: ending)
    } catch {
      logger.error("partly paid charge not given back", metadata: ["charge": "\(charge.id)", "error": "\(error)"])
    }
  }

  /// Has given back later what the disk could not be asked about.
  func giveUpLater(_ charge: Charge, as ending: Charge.Ending) { jobsInput.yield(.givingUp(charge, as: ending)) }

  /// Has voids written again later that the disk did not take.
  func giveBackLater(_ giving: Giving) { jobsInput.yield(.giving(giving)) }

  /// Looks soon whether a card is held to what the ledger refused of this charge, though nobody owes it.
  func lookForClaims(on charge: EntityID) { jobsInput.yield(.claims(on: charge)) }

  /// Gives the pipeline the new state of a charge, tells everyone, and keeps it for those who ask.
  func advance(_ charge: Charge) {
    let charge = stamped(charge)
    machine.advance(charge, nextDeadline: clock.now() + expiry)
    if machine.holds(charge.id) {
      if case .partlyPaid = charge.state { expireLater(after: expiry) }
    } else {
      remember(charge)
    }
    if charge.isOwedByNobody { lookForClaims(on: charge.id) }
    noteSighting(of: charge)
    publish(charge)
  }

  /// Tells the ledger of a blocked card, when it answers.
  func report(_ sighting: Sighting) { jobsInput.yield(.sighting(sighting)) }

  /// The charge with the time at which it was paid.
  func stamped(_ charge: Charge) -> Charge {
    guard charge.paidAt == nil, charge.state == .paidOffline || charge.state.receipt != nil else { return charge }
    var charge = charge
    charge.paidAt = clock.wallTime()
    lastPaid = charge.id
    return charge
  }

  /// Looks again when so long has passed.
  func expireLater(after delay: Duration) { jobsInput.yield(.expiry(after: delay)) }

  /// Whether a charge waits for a card, or is being paid by one.
  var hasOpenCharge: Bool { machine.open != nil }

  /// Whether cards can still pay this charge.
  func isHeld(_ charge: EntityID) -> Bool { machine.holds(charge) }

  /// The parts of a charge as the pipeline knows them now: while one card is in hand, news of another's may have come.
  func news(of charge: EntityID) -> [ChargePart] { known(charge)?.parts ?? [] }

  /// Ends a charge that a card did not pay; one that others pay in part waits for the next.
  func refuse(_ charge: Charge, _ refusal: Refusal) async {
    await end(refused(charge, refusal))
  }

  /// Ends a charge that has no debit.
  func end(_ charge: Charge, as state: ChargeState? = nil) async {
    var charge = charge
    if let state { charge.state = state }
    charge = stamped(charge)
    advance(charge)
    do {
      try await store.update(charge, at: clock.wallTime())
    } catch {
      logger.error("charge not written", metadata: ["charge": "\(charge.id)", "error": "\(error)"])
      // Of one that has debits they say the rest, when they come to their end.
      if !charge.state.isOpen, !charge.parts.contains(where: \.isLive) { jobsInput.yield(.ending(charge)) }
    }
  }

  /// Writes how a charge ended that took nothing until the disk takes it: nothing else writes this charge any more.
  private func persist(_ ended: Charge) async {
    await persist("charge") { () throws(Refusal) in try await store.update(ended, at: clock.wallTime()) }
  }

  /// Tries something on the disk again until it succeeds, or the daemon stops.
  func persist(_ what: String, _ write: () async throws(Refusal) -> Void) async {
    var pause = 1
    while await clock.rests(for: .seconds(pause)) {
      do {
        return try await write()
      } catch {
        logger.error("not written, tried again", metadata: ["what": "\(what)", "error": "\(error)"])
        pause = min(pause + 1, 30)
      }
    }
  }

  private func remember(_ charge: Charge) {
    if recent.updateValue(charge, forKey: charge.id) == nil { order.append(charge.id) }
    if order.count > Self.remembered { recent[order.removeFirst()] = nil }
  }

  private func publish(_ charge: Charge) { events.publish(.charge, charge.json) }
}
