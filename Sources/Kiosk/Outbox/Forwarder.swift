import FedowProtocol
import Logging
import Model
import ServiceLifecycle

/// Brings the rows of the outbox to their end: sends what was decided offline, finds out what became of debits whose
/// answer was lost, and sends again those that the ledger never saw.
///
/// Always with the bytes that were stored, and in order per wallet: a later row of a wallet waits for the earlier one.
/// Different wallets go side by side.
public actor Forwarder: Service {
  /// After so long a debit is given up that the ledger never saw and would still make: nobody expects it any more.
  public static let patience: Duration = .seconds(7 * 86_400)
  /// How many wallets are served at the same time.
  static let parallelism = 16

  private enum Signal {
    case work
    case rest(EntityID, number: Int, for: Duration)
  }

  private let store: KioskStore
  private let ledgers: LedgerSource
  private let clock: any KioskClock
  private let backoff: Backoff
  private let logger: Logger
  private var lanes: [EntityID: Lane] = [:]
  private var laneCount = 0
  private var ready: [EntityID] = []
  private var running = 0
  private var awaited: Set<EntityID> = []
  /// Until when a sending of a row may still be under way in a ledger that would debit twice.
  private var settled: [EntityID: MonotonicTime] = [:]
  private let signals: AsyncStream<Signal>
  private let signalsInput: AsyncStream<Signal>.Continuation
  private var resolve: (@Sendable (OutboxRow, DebitOutcome) async -> Bool)?

  /// A forwarder that has nothing to do yet.
  public init(store: KioskStore, ledgers: LedgerSource, clock: any KioskClock, backoff: Backoff, logger: Logger) {
    self.store = store
    self.ledgers = ledgers
    self.clock = clock
    self.backoff = backoff
    self.logger = logger
    (signals, signalsInput) = AsyncStream<Signal>.makeStream()
  }

  /// Who is told what became of a row; answers whether that is written and final.
  public func report(to resolve: @escaping @Sendable (OutboxRow, DebitOutcome) async -> Bool) {
    self.resolve = resolve
  }

  /// Works off what was handed over, until the daemon stops.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for await signal in signals.cancelOnGracefulShutdown() {
        switch signal {
        case .work:
          while let wallet = next() { group.addTask { await self.clear(wallet) } }
        case .rest(let wallet, let number, let duration):
          group.addTask { if await self.clock.rests(for: duration) { await self.wake(wallet, number: number) } }
        }
      }
    }
  }

  /// Takes a row over.
  /// - Parameters:
  ///   - settling: how long a sending that was not answered may still be under way.
  ///   - isAwaited: somebody wants to know at once when the first try fails.
  ///   - isAtRest: the ledger does not answer at the moment, so the first try waits for it to be heard.
  public func adopt(
    _ row: EntityID, wallet: EntityID, settling: Duration = .zero, isAwaited: Bool = false, isAtRest: Bool = false
  ) {
    guard lanes[wallet]?.holds(row) != true else { return }
    let isFirst = lanes[wallet] == nil
    if isFirst { laneCount += 1 }
    lanes[wallet, default: Lane(number: laneCount)].append(row)
    if isAwaited { awaited.insert(row) }
    if settling > .zero { settled[row] = clock.now() + settling }
    if isFirst && isAtRest {
      rest(wallet, for: backoff.delay(after: 20), isFailure: false)
    } else if isFirst || isAwaited && lanes[wallet]?.hurry() == true {
      enqueue(wallet)
    }
  }

  /// Whether rows of this wallet wait: a new debit of it has to go behind them.
  public func isBusy(with wallet: EntityID) -> Bool { lanes[wallet] != nil }

  /// The ledger was heard again, or an operator wants it: what rests is tried at once, what waits longest first.
  public func hurry() {
    for (wallet, _) in lanes.sorted(by: { $0.value.number < $1.value.number })
    where lanes[wallet]?.hurry() == true {
      enqueue(wallet)
    }
  }

  private func enqueue(_ wallet: EntityID) {
    ready.append(wallet)
    signalsInput.yield(.work)
  }

  private func next() -> EntityID? {
    guard running < Self.parallelism, !ready.isEmpty else { return nil }
    let wallet = ready.removeFirst()
    running += 1
    lanes[wallet]?.start()
    return wallet
  }

  private func clear(_ wallet: EntityID) async {
    while !Task.isCancelled, let id = lanes[wallet]?.first {
      guard await settle(id) else {
        rest(wallet, for: pause(before: id, tries: (lanes[wallet]?.tries ?? 0) + 1))
        break
      }
      settled[id] = nil
      lanes[wallet]?.advance()
    }
    if lanes[wallet]?.first == nil { lanes[wallet] = nil }
    running -= 1
    signalsInput.yield(.work)
  }

  /// Not much longer than until a lost sending is known to be lost: somebody may be waiting at the bar.
  private func pause(before row: EntityID, tries: Int) -> Duration {
    let delay = backoff.delay(after: tries)
    guard let end = settled[row], end > clock.now() else { return delay }
    return min(delay, end - clock.now())
  }

  private func rest(_ wallet: EntityID, for duration: Duration, isFailure: Bool = true) {
    guard let number = lanes[wallet]?.rest(isFailure: isFailure) else { return }
    signalsInput.yield(.rest(wallet, number: number, for: duration))
  }

  private func wake(_ wallet: EntityID, number: Int) {
    if lanes[wallet]?.wake(number: number) == true { enqueue(wallet) }
  }

  /// One try. True when the row has come to its end, here and on the disk.
  private func settle(_ id: EntityID) async -> Bool {
    let row: OutboxRow
    do {
      guard let stored = try await store.row(id) else { return true }
      row = stored
    } catch {
      logger.error("outbox not read", metadata: ["id": "\(id)", "error": "\(error)"])
      return false
    }
    // At its end already: withdrawn, or written by a write that was reported as failed, and its charge was told of a doubt.
    let outcome = if let ended = row.outcome { ended } else { await attempt(row) }
    guard outcome.isFinal else {
      logger.warning("debit not settled", metadata: ["tap": "\(id)", "reason": "\(outcome.reason)"])
      if awaited.remove(id) != nil { _ = await resolve?(row, outcome) }
      return false
    }
    guard await resolve?(row, outcome) == true else { return false }
    awaited.remove(id)
    return true
  }

  private func attempt(_ row: OutboxRow) async -> DebitOutcome {
    let ledger: any LedgerLink
    do {
      ledger = try ledgers.ledger()
    } catch {
      return .undecided(error.sentence)
    }
    guard ledger.dialect.name == row.dialect else {
      return .undecided("it was signed for a ledger that speaks '\(row.dialect)'")
    }
    do {
      guard let renewed = try ledger.renewed(row.debit) else { return await bring(row, to: ledger) }
      // Signed by a key that this kiosk had before. It may have arrived while that key was good: only what the ledger does
      // not have is signed anew, and the new bytes are on the disk before they are sent.
      let found = await ledger.inquire(row.debit, isSettled: true)
      guard found == .absent else { return found }
      try await store.renew(renewed, at: clock.wallTime())
      return await bring(row.carrying(renewed), to: ledger)
    } catch {
      return .undecided(error.sentence)
    }
  }

  private func bring(_ row: OutboxRow, to ledger: any LedgerLink) async -> DebitOutcome {
    let isIdempotent = ledger.dialect.isIdempotent
    // A row that was decided offline is sent the first time here; a void is answered alike however often it arrives.
    if row.voids != nil && isIdempotent || row.isOffline && row.state == .pending { return await send(row, by: ledger) }
    let isSettled = settled[row.debit.id].map { $0 <= clock.now() } ?? true
    let found = await ledger.inquire(row.debit, isSettled: isSettled)
    return found == .absent && isSettled ? await send(row, by: ledger) : found
  }

  private func send(_ row: OutboxRow, by ledger: any LedgerLink) async -> DebitOutcome {
    let age = clock.wallTime().microseconds - row.createdAt.microseconds
    // What was decided offline is sent without having been asked for, so it may be there; and a ledger that answers alike
    // however often it is asked gives its receipt, or keeps that it is too old. A void it gives its own answer too.
    let isLedgers = ledger.dialect.isIdempotent && (row.isOffline || row.voids != nil)
    guard isLedgers || age < Self.patience.components.seconds * 1_000_000 else {
      return .refused(Refusal(.ledgerUnreachable, "The debit never reached the ledger and is not made any more."))
    }
    // Where the same bytes do no harm twice, the first sending need not be noted before it is made.
    if row.state != .pending || !row.isOffline || !ledger.dialect.isIdempotent {
      do {
        try await store.noteSending(row.debit.id, at: clock.wallTime())
      } catch {
        return .undecided(error.sentence)
      }
    }
    // Where a second arrival debits twice, "absent" was only believed after the settling time: this is the only one.
    let outcome = await ledger.post(row.debit, isOnly: !ledger.dialect.isIdempotent, isUrgent: false)
    if case .undecided = outcome { settled[row.debit.id] = clock.now() + ledger.dialect.settlingTime }
    // Other bytes of this very row were there first; what became of them is what became of it.
    if case .refused(let refusal) = outcome, refusal.code == .idempotencyConflict, row.voids == nil {
      return await ledger.inquire(row.debit, isSettled: false)
    }
    return outcome
  }
}
