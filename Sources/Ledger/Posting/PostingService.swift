import FedowProtocol
import GRDB
import Logging
import Model
import ServiceLifecycle
import Synchronization

/// The one writer of the ledger: everything that changes it passes here, in order, and is answered after the commit.
///
/// What waits goes into the next transaction of the store together (group commit): the price of a posting is an fsync, and
/// under load one fsync pays for many. A command that is refused after it wrote is undone alone: the batch is then done
/// again with a savepoint around each command, which the usual batch, whose refusals come before any writing, is spared.
public final class PostingService: Service {
  /// How much may wait and how much goes into one commit.
  public struct Bounds: Sendable {
    /// Commands in one commit.
    public var batch: Int
    /// Commands that may wait; more are answered 503.
    public var queue: Int

    /// Bounds of these sizes.
    public init(batch: Int = 256, queue: Int = 4096) {
      self.batch = batch
      self.queue = queue
    }
  }

  private let store: LedgerStore
  private let bounds: Bounds
  private let clock: @Sendable () -> LedgerTime
  private let newID: @Sendable () -> EntityID
  private let notify: @Sendable (Notice) -> Void
  private let committed: @Sendable () -> Void
  private let logger: Logger
  private let queue: Mutex<CommandQueue>

  /// A writer for this store; it works while `run` runs.
  /// - Parameter committed: is told after each commit.
  public init(
    store: LedgerStore, bounds: Bounds = Bounds(), clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now,
    newID: @escaping @Sendable () -> EntityID = { EntityID.random() },
    notify: @escaping @Sendable (Notice) -> Void = { _ in }, committed: @escaping @Sendable () -> Void = {},
    logger: Logger
  ) {
    self.store = store
    self.bounds = bounds
    self.clock = clock
    self.newID = newID
    self.notify = notify
    self.committed = committed
    self.logger = logger
    queue = Mutex(CommandQueue(capacity: bounds.queue))
  }

  /// Has a command performed, and returns once it is committed.
  ///
  /// - Parameter passport: by which key the sender was known, to be confirmed before anything is done.
  /// - Throws: `Rejection` when it was refused, `Refusal` with `store_unavailable` when the ledger is full or stopping.
  public func submit(
    _ command: any LedgerCommand, guarded replay: ReplayGuard? = nil, by passport: Passport = .none
  ) async throws -> Answer {
    let keys = replay.map { replay in
      [replay.key, replay.signature].compactMap { $0 }.map { ReplyKey(place: replay.place, key: $0) }
    }
    let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<CommandOutcome, Never>) in
      let pending = PendingCommand(
        command: command, replay: replay, keys: keys ?? [], passport: passport, continuation: continuation)
      let action = queue.withLock { $0.enqueue(pending) }
      switch action {
      case .wake(let writer): writer?.resume()
      case .refuse(let why): continuation.resume(returning: .failure(Refusal(.storeUnavailable, why)))
      }
    }
    return try outcome.get()
  }

  /// Writes until the service is told to stop; what waits then is still written and answered.
  public func run() async throws {
    await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        while let batch = await nextBatch() { await commit(batch) }
      } onCancel: {
        stop()
      }
    } onGracefulShutdown: {
      self.stop()
    }
  }

  private func stop() {
    queue.withLock { $0.stop() }?.resume()
  }

  private func nextBatch() async -> [PendingCommand]? {
    while true {
      switch queue.withLock({ $0.take(atMost: bounds.batch) }) {
      case .batch(let batch): return batch
      case .stopped: return nil
      case .empty:
        await withCheckedContinuation { continuation in
          let resumeNow = queue.withLock { !$0.wait(continuation) }
          if resumeNow { continuation.resume() }
        }
      }
    }
  }

  private func commit(_ batch: [PendingCommand]) async {
    do {
      let outcomes = try await store.onWriter { [self] db in try write(batch, in: db) }
      committed()
      for (pending, outcome) in zip(batch, outcomes) {
        pending.continuation.resume(returning: outcome)
        if case .success(let answer) = outcome, let notice = answer.notice { notify(notice) }
      }
    } catch {
      logger.error("commit failed", metadata: ["error": "\(error)", "commands": "\(batch.count)"])
      let refusal = Refusal(.storeUnavailable, "The ledger could not write to its disk; nothing of this was done.")
      for pending in batch { pending.continuation.resume(returning: .failure(refusal)) }
    }
  }

  private func write(_ batch: [PendingCommand], in db: Database) throws -> [CommandOutcome] {
    do {
      return try write(batch, in: db, isolated: false)
    } catch is HalfWritten {
      return try write(batch, in: db, isolated: true)
    }
  }

  /// A command was refused after it had written, and there was no savepoint to go back to.
  private struct HalfWritten: Error {}

  private func write(_ batch: [PendingCommand], in db: Database, isolated: Bool) throws -> [CommandOutcome] {
    try store.transaction(in: db) { books in
      let outcomes = try batch.map { try isolated ? isolatedOutcome(of: $0, books) : unharmedOutcome(of: $0, books) }
      try books.pageReplies()
      return outcomes
    }
  }

  /// Performs one command. What it throws here is its own; a store that fails ends the whole batch.
  private func outcome(of pending: PendingCommand, _ books: Books) throws -> CommandOutcome {
    do {
      return .success(try pending.perform(with: writer(books)))
    } catch let error as DatabaseError where !error.isAboutContent {
      throw error
    } catch {
      return .failure(error)
    }
  }

  private func writer(_ books: Books) -> LedgerWriter {
    LedgerWriter(books: books, now: clock(), newID: newID, keyring: store.keyring)
  }

  /// The same, where nothing that a refused command wrote may stay.
  private func unharmedOutcome(of pending: PendingCommand, _ books: Books) throws -> CommandOutcome {
    let changes = books.database.totalChangesCount
    let outcome = try outcome(of: pending, books)
    if case .failure = outcome, books.database.totalChangesCount != changes { throw HalfWritten() }
    return outcome
  }

  /// The same in a savepoint of its own.
  private func isolatedOutcome(of pending: PendingCommand, _ books: Books) throws -> CommandOutcome {
    var outcome = CommandOutcome.failure(Refusal(.storeUnavailable))
    try books.database.inSavepoint {
      outcome = try self.outcome(of: pending, books)
      guard case .failure = outcome else { return .commit }
      books.memory?.undo()
      return .rollback
    }
    return outcome
  }
}

extension DatabaseError {
  /// Whether the statement broke a rule of the schema, which is the command's fault and not the disk's.
  var isAboutContent: Bool { resultCode == .SQLITE_CONSTRAINT || resultCode == .SQLITE_MISMATCH }
}
