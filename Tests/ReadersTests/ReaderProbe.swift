import Model
import Readers
import Synchronization

/// Runs a reader and lets a test wait for what it tells.
final class ReaderProbe: Sendable {
  private struct Log {
    var events: [ReaderEvent] = []
    var waiting: [(isMet: @Sendable ([ReaderEvent]) -> Bool, resume: CheckedContinuation<Bool, Never>, id: Int)] = []
    var nextID = 0
  }

  private let log = Mutex(Log())

  var events: [ReaderEvent] { log.withLock { $0.events } }

  /// What was seen, without states, as short words.
  var sightings: [String] { Self.words(events) }

  private static func words(_ events: [ReaderEvent]) -> [String] {
    events.compactMap { event in
      guard case .sighting(let sighting) = event else { return nil }
      return switch sighting.field {
      case .empty: "empty"
      case .tag(let uid, _): uid.description
      case .several: "several"
      case .unreadable: "unreadable"
      case .lost: "lost"
      }
    }
  }

  /// The readers' last states.
  var states: [ReaderID: ReaderState] {
    events.reduce(into: [:]) { states, event in
      if case .state(let reader, let state, _) = event { states[reader] = state }
    }
  }

  func note(_ event: ReaderEvent) {
    let met = log.withLock { log in
      log.events.append(event)
      let met = log.waiting.filter { $0.isMet(log.events) }
      log.waiting.removeAll { waiting in met.contains { $0.id == waiting.id } }
      return met
    }
    for waiting in met { waiting.resume.resume(returning: true) }
  }

  /// Waits until the events so far meet the condition; false when they do not in 20 seconds.
  func wait(_ isMet: @escaping @Sendable ([ReaderEvent]) -> Bool) async -> Bool {
    let patience = Task {
      try await Task.sleep(for: .seconds(20))
      giveUp()
    }
    defer { patience.cancel() }
    return await withCheckedContinuation { continuation in
      let isMetNow = log.withLock { log in
        guard !isMet(log.events) else { return true }
        log.nextID += 1
        log.waiting.append((isMet, continuation, log.nextID))
        return false
      }
      if isMetNow { continuation.resume(returning: true) }
    }
  }

  /// Waits until this was the last thing that was seen.
  func waitUntilSeen(_ word: String) async -> Bool {
    await wait { Self.words($0).last == word }
  }

  /// Waits until the newest state is one that the condition takes.
  func waitForState(_ isMet: @escaping @Sendable (ReaderState) -> Bool) async -> Bool {
    await wait { events in
      let states = events.compactMap { event -> ReaderState? in
        guard case .state(_, let state, _) = event else { return nil }
        return state
      }
      return states.last.map(isMet) ?? false
    }
  }

  private func giveUp() {
    let waiting = log.withLock { log in
      defer { log.waiting = [] }
      return log.waiting
    }
    for waiting in waiting { waiting.resume.resume(returning: false) }
  }
}
