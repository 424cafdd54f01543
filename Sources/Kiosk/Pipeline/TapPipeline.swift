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
  private let forwarder: Forwarder
  private let expiry: Duration
  private let makeID: @Sendable () -> EntityID
  private var machine = ChargeMachine()
  private var recent: [EntityID: Charge] = [:]
  private var order: [EntityID] = []
  private let jobs: AsyncStream<Job>
  private let jobsInput: AsyncStream<Job>.Continuation

  private enum Job {
    case debit(Charge, by: any LedgerLink)
    case expiry(after: Duration)
  }

  /// A pipeline with an empty place for a charge.
  /// - Parameters:
  ///   - expiry: how long a charge waits for a card.
  ///   - makeID: where the ids of charges and taps come from.
  public init(
    store: KioskStore, ledgers: LedgerSource, events: EventHub, forwarder: Forwarder, expiry: Duration,
    clock: any KioskClock, logger: Logger, makeID: @escaping @Sendable () -> EntityID = { EntityID.random() }
  ) {
    self.store = store
    self.ledgers = ledgers
    self.events = events
    self.forwarder = forwarder
    self.expiry = expiry
    self.clock = clock
    self.logger = logger
    self.makeID = makeID
    (jobs, jobsInput) = AsyncStream<Job>.makeStream(bufferingPolicy: .bufferingOldest(1024))
  }

  /// Works until the daemon stops; a debit in hand is then brought to its end, which its time-outs bound.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for await job in jobs.cancelOnGracefulShutdown() {
        switch job {
        case .debit(let charge, let ledger):
          group.addTask { await self.debit(charge, by: ledger) }
        case .expiry(let delay):
          group.addTask {
            let slept: Void? = try? await cancelWhenGracefulShutdown { try await self.clock.sleep(for: delay) }
            if slept != nil { await self.expireIfDue() }
          }
        }
      }
    }
  }

  /// Opens a charge, which the next tap pays.
  /// - Throws: `Refusal` with code `amount_invalid`, `request_malformed`, `not_paired`, `charge_busy` or
  ///   `store_unavailable`.
  public func open(amount: Amount, description: String?) async throws(Refusal) -> Charge {
    guard amount > .zero else { throw Refusal(.amountInvalid) }
    guard (description?.utf8.count ?? 0) <= Self.longestDescription else {
      throw Refusal(.requestMalformed, "A description has at most \(Self.longestDescription) bytes.")
    }
    _ = try ledgers.ledger()
    await expireIfDue()
    let charge = Charge(id: makeID(), amount: amount, description: description, createdAt: clock.wallTime())
    try machine.reserve(charge)
    do {
      try await store.insert(charge)
    } catch {
      machine.release(charge.id)
      throw error
    }
    machine.wait(until: clock.now() + expiry)
    jobsInput.yield(.expiry(after: expiry))
    publish(charge)
    return charge
  }

  /// A charge by its id.
  /// - Throws: `Refusal` with code `charge_unknown` or `store_unavailable`.
  public func charge(_ id: EntityID) async throws(Refusal) -> Charge {
    await expireIfDue()
    if let open = machine.open, open.id == id { return open }
    if let known = recent[id] { return known }
    guard let stored = try await store.charge(id) else { throw Refusal(.chargeUnknown) }
    return stored
  }

  /// Takes an open charge back.
  /// - Throws: `Refusal` with code `charge_unknown`, `charge_not_cancellable` or `store_unavailable`.
  public func cancel(_ id: EntityID) async throws(Refusal) -> Charge {
    await expireIfDue()
    if let cancelled = try machine.cancel(id) {
      await end(cancelled)
      return cancelled
    }
    let charge = try await charge(id)
    guard charge.state == .cancelled else {
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
    case .tap(let tap):
      let charge = machine.tap(makeID(), card: tap.uid.firstTagID, seenAt: instant)
      events.publish(.tap, TapReport.seen(tap, charge: charge?.id))
      guard let charge else { return }
      publish(charge)
      do {
        jobsInput.yield(.debit(charge, by: try ledgers.ledger()))
      } catch {
        await end(charge, as: .refused(error))
      }
    }
  }

  /// Ends the open charge when its time is over.
  func expireIfDue() async {
    guard let expired = machine.expire(now: clock.now()) else { return }
    await end(expired)
  }

  /// Gives the pipeline the new state of a charge, tells everyone, and keeps it for those who ask.
  func advance(_ charge: Charge) {
    machine.advance(charge)
    if !charge.state.isOpen { remember(charge) }
    publish(charge)
  }

  /// Ends a charge that has no debit.
  func end(_ charge: Charge, as state: ChargeState? = nil) async {
    var charge = charge
    if let state { charge.state = state }
    advance(charge)
    do {
      try await store.update(charge, at: clock.wallTime())
    } catch {
      logger.error("charge not written", metadata: ["charge": "\(charge.id)", "error": "\(error)"])
    }
  }

  /// Hands a debit whose outcome is unknown over to be asked for.
  func handOver(_ row: OutboxRow) async { await forwarder.adopt(row) }

  private func remember(_ charge: Charge) {
    if recent.updateValue(charge, forKey: charge.id) == nil { order.append(charge.id) }
    if order.count > Self.remembered { recent[order.removeFirst()] = nil }
  }

  private func publish(_ charge: Charge) { events.publish(.charge, charge.json) }
}
