import FedowProtocol
import Synchronization

/// Tells everyone who watches. Nobody who watches can slow the kiosk down: who does not read is dropped.
public final class EventHub: Sendable {
  /// How many events may wait for one watcher.
  public static let bound = 256

  private struct State {
    var nextID: UInt64 = 1
    var nextWatcher = 0
    var watchers: [Int: AsyncStream<KioskEvent>.Continuation] = [:]
    var isFinished = false
  }

  private let state = Mutex(State())

  /// A hub that nobody watches.
  public init() {}

  /// The events from now on. The stream ends when its reader falls behind, or when the daemon stops.
  public func watch() -> AsyncStream<KioskEvent> {
    let (stream, continuation) = AsyncStream<KioskEvent>.makeStream(bufferingPolicy: .bufferingOldest(Self.bound))
    let watcher = state.withLock { state -> Int? in
      guard !state.isFinished else { return nil }
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = continuation
      return state.nextWatcher
    }
    guard let watcher else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in self?.remove(watcher) }
    return stream
  }

  /// How many watch.
  public var watcherCount: Int { state.withLock { $0.watchers.count } }

  func publish(_ kind: KioskEvent.Kind, _ data: JSON) {
    let fallen = state.withLock { state -> [AsyncStream<KioskEvent>.Continuation] in
      let event = KioskEvent(id: state.nextID, kind: kind, data: data)
      state.nextID += 1
      var fallen: [AsyncStream<KioskEvent>.Continuation] = []
      for (watcher, continuation) in state.watchers {
        if case .enqueued = continuation.yield(event) { continue }
        state.watchers[watcher] = nil
        fallen.append(continuation)
      }
      return fallen
    }
    // Outside the lock: finishing calls `onTermination`, which takes it.
    for continuation in fallen { continuation.finish() }
  }

  /// Ends every stream, for the daemon stops.
  public func finish() {
    let watchers = state.withLock { state in
      defer { state.watchers = [:] }
      state.isFinished = true
      return Array(state.watchers.values)
    }
    for continuation in watchers { continuation.finish() }
  }

  private func remove(_ watcher: Int) { state.withLock { $0.watchers[watcher] = nil } }
}
