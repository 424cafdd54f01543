import FedowProtocol
import Logging
import Model
import ServiceLifecycle

/// Finds out what became of debits whose answer was lost, and sends again those that the ledger never saw.
///
/// A debit is asked for by its id before it is sent again, always with the bytes that were stored. In order per wallet:
/// a later debit of a wallet waits for the earlier one.
public actor Forwarder: Service {
  /// After so long a debit that the ledger never saw is given up: nobody expects it any more.
  public static let patience: Duration = .seconds(7 * 86_400)

  private let store: KioskStore
  private let ledgers: LedgerSource
  private let clock: any KioskClock
  private let backoff: Backoff
  private let logger: Logger
  private var lanes: [EntityID: [OutboxRow]] = [:]
  private let wallets: AsyncStream<EntityID>
  private let walletsInput: AsyncStream<EntityID>.Continuation
  private var resolve: (@Sendable (OutboxRow, DebitOutcome) async -> Bool)?

  /// A forwarder that has nothing to do yet.
  public init(store: KioskStore, ledgers: LedgerSource, clock: any KioskClock, backoff: Backoff, logger: Logger) {
    self.store = store
    self.ledgers = ledgers
    self.clock = clock
    self.backoff = backoff
    self.logger = logger
    (wallets, walletsInput) = AsyncStream<EntityID>.makeStream()
  }

  /// Who is told what became of a debit; answers whether that is written and final.
  public func report(to resolve: @escaping @Sendable (OutboxRow, DebitOutcome) async -> Bool) {
    self.resolve = resolve
  }

  /// Works off what was handed over, until the daemon stops.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for await wallet in wallets.cancelOnGracefulShutdown() {
        group.addTask { await self.clear(wallet) }
      }
    }
  }

  /// Takes a debit over.
  public func adopt(_ row: OutboxRow) {
    let wallet = row.debit.wallet
    guard lanes[wallet]?.contains(where: { $0.debit.id == row.debit.id }) != true else { return }
    lanes[wallet, default: []].append(row)
    if lanes[wallet]?.count == 1 { walletsInput.yield(wallet) }
  }

  private func clear(_ wallet: EntityID) async {
    while let row = lanes[wallet]?.first {
      guard await settle(row) else { return }
      lanes[wallet]?.removeFirst()
    }
    lanes[wallet] = nil
  }

  /// Asks and sends until the truth is known. False when the daemon stops first; the row is then taken up at its start.
  private func settle(_ row: OutboxRow) async -> Bool {
    var tries = 0
    if let settling = try? ledgers.ledger().dialect.settlingTime, settling > .zero {
      guard await wait(settling) else { return false }
    }
    while true {
      let outcome = await attempt(row)
      if case .undecided(let reason) = outcome {
        logger.warning("debit not settled", metadata: ["tap": "\(row.debit.id)", "reason": "\(reason)"])
      } else if await resolve?(row, outcome) == true {
        return true
      }
      tries += 1
      let pause = backoff.delay(after: tries)
      let settling = (try? ledgers.ledger().dialect.settlingTime) ?? .zero
      guard await wait(max(pause, settling)) else { return false }
    }
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
    let found = await ledger.inquire(row.debit)
    guard found == .absent else { return found }
    let age = clock.wallTime().microseconds - row.createdAt.microseconds
    guard age < Self.patience.components.seconds * 1_000_000 else {
      return .refused(Refusal(.ledgerUnreachable, "The debit never reached the ledger and is not made any more."))
    }
    do {
      try await store.noteResending(row.debit.id, at: clock.wallTime())
    } catch {
      return .undecided(error.sentence)
    }
    // Where a second arrival debits twice, "absent" was only believed after the settling time: this is the only one.
    return await ledger.post(row.debit, isOnly: !ledger.dialect.isIdempotent, isUrgent: false)
  }

  private func wait(_ duration: Duration) async -> Bool {
    let slept: Void? = try? await cancelWhenGracefulShutdown { try await self.clock.sleep(for: duration) }
    return slept != nil && !Task.isCancelled
  }
}
