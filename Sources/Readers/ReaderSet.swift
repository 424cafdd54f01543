import Model
import Synchronization

/// Several readers run as one, with the present state of each for anyone to watch.
public final class ReaderSet: TagReader {
  private struct Watched {
    var states: [ReaderID: ReaderState] = [:]
    var watchers: [Int: AsyncStream<[ReaderID: ReaderState]>.Continuation] = [:]
    var nextWatcher = 0
  }

  private let readers: [any TagReader]
  private let watched = Mutex(Watched())

  /// These readers together.
  public init(_ readers: [any TagReader]) { self.readers = readers }

  /// What each known reader is doing now.
  public var states: [ReaderID: ReaderState] { watched.withLock { $0.states } }

  /// The states now and after each change. A watcher that is slow misses steps in between, never the newest.
  public func watch() -> AsyncStream<[ReaderID: ReaderState]> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: [ReaderID: ReaderState].self, bufferingPolicy: .bufferingNewest(16))
    let number = watched.withLock { watched in
      watched.nextWatcher += 1
      watched.watchers[watched.nextWatcher] = continuation
      continuation.yield(watched.states)
      return watched.nextWatcher
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.watched.withLock { $0.watchers.removeValue(forKey: number) }
    }
    return stream
  }

  /// Runs all of them until the task is cancelled; a state is reported once, when it changes.
  public func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      for reader in readers {
        group.addTask { await reader.run { self.pass($0, to: emit) } }
      }
    }
    // Outside the lock: a watcher that ends takes itself off the list.
    let watchers = watched.withLock { Array($0.watchers.values) }
    for watcher in watchers { watcher.finish() }
  }

  private func pass(_ event: ReaderEvent, to emit: (ReaderEvent) -> Void) {
    guard case .state(let reader, let state, _) = event else { return emit(event) }
    let isNew = watched.withLock { watched in
      guard watched.states[reader] != state else { return false }
      watched.states[reader] = state
      for watcher in watched.watchers.values { watcher.yield(watched.states) }
      return true
    }
    if isNew { emit(event) }
  }
}
