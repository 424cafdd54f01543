import FedowProtocol
import Synchronization

/// Whether the ledger answers. That it does not is a state of the kiosk, not an error.
public final class LinkState: Sendable {
  private struct State {
    var isOnline = true
    var since: LedgerTime?
    var lastContact: LedgerTime?
  }

  private let state = Mutex(State())
  private let events: EventHub

  /// A link that is taken for good until it fails.
  public init(events: EventHub) { self.events = events }

  /// Whether it answered when it was last needed.
  public var isOnline: Bool { state.withLock { $0.isOnline } }

  /// When it was last heard; nil when never.
  public var lastContact: LedgerTime? { state.withLock { $0.lastContact } }

  /// Takes up what an earlier run of the daemon knew.
  public func recall(lastContact time: LedgerTime) { state.withLock { $0.lastContact = $0.lastContact ?? time } }

  /// The ledger answered. True when it had not before: what waits can be sent.
  public func heard(at time: LedgerTime) -> Bool {
    let isBack = state.withLock { state in
      state.lastContact = time
      guard !state.isOnline || state.since == nil else { return false }
      defer { (state.isOnline, state.since) = (true, time) }
      return !state.isOnline
    }
    if isBack { events.publish(.link, json) }
    return isBack
  }

  /// It did not.
  public func lost(at time: LedgerTime) {
    let isNews = state.withLock { state in
      guard state.isOnline else { return false }
      (state.isOnline, state.since) = (false, time)
      return true
    }
    if isNews { events.publish(.link, json) }
  }

  /// As health and the events show it.
  public var json: JSON {
    let state = state.withLock { $0 }
    return [
      "state": state.isOnline ? "online" : "offline", "since": JSON(state.since?.wire),
      "last_contact": JSON(state.lastContact?.wire),
    ]
  }
}
