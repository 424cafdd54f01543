import GRDB
import Model
import ServiceLifecycle
import Synchronization

/// Where requests wait for the hotlist to change: woken by the commit that changes it, never asking again and again.
final class HotlistBoard: Sendable {
  private struct State {
    var changes: UInt64 = 0
    var nextWaiter: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  /// The most requests that wait at once; more are answered at once, with what is there.
  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int = 1024) { self.capacity = capacity }

  /// How many changes this process has committed. What was read before this number says nothing of what came after it.
  var changes: UInt64 { state.withLock { $0.changes } }

  /// How many wait now.
  var waiting: Int { state.withLock { $0.waiters.count } }

  /// Tells all who wait that a change was committed.
  func noteChange() {
    let woken = state.withLock { state in
      state.changes += 1
      defer { state.waiters = [:] }
      return state.waiters.values.map { $0 }
    }
    for waiter in woken { waiter.resume() }
  }

  /// Returns at the first change after `changes`, at cancellation, or at once when too many wait.
  func wait(after changes: UInt64) async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isKept = state.withLock { state in
          guard !Task.isCancelled, state.changes == changes, state.waiters.count < capacity else { return false }
          state.waiters[id] = continuation
          return true
        }
        if !isKept { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}

/// Sees what SQLite commits to the hotlist's table on the writing connection.
final class HotlistObserver: TransactionObserver {
  private let board: HotlistBoard
  /// Used on the writer's queue alone, where SQLite calls.
  private var isChanged = false

  init(board: HotlistBoard) { self.board = board }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { eventKind.tableName == "hotlist" }

  func databaseDidChange(with event: DatabaseEvent) {
    isChanged = true
    stopObservingDatabaseChangesUntilNextTransaction()
  }

  func databaseDidCommit(_ db: Database) {
    guard isChanged else { return }
    isChanged = false
    board.noteChange()
  }

  func databaseDidRollback(_ db: Database) { isChanged = false }
}
