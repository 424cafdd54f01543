import FedowProtocol
import Model

/// The session of an operator at this kiosk. Pure: it takes what happened and says what holds now.
struct OperatorMachine {
  /// Who may refill and take back now.
  struct Session: Hashable {
    let card: String
    let openedAt: MonotonicTime
    var lastUse: MonotonicTime
  }

  private enum Phase {
    case closed
    /// The next tap is the operator's.
    case asked(until: MonotonicTime)
    /// A card was tapped and is being looked at.
    case looking
    case open(Session)
  }

  private let idle: Duration
  private let longest: Duration
  private var phase = Phase.closed

  init(idle: Duration, longest: Duration) {
    self.idle = idle
    self.longest = longest
  }

  /// The word for the state at this instant.
  func word(at now: MonotonicTime) -> String {
    switch phase {
    case .asked(let until) where now < until: "waiting"
    case .looking: "deciding"
    case .open where session(at: now) != nil: "open"
    default: "closed"
    }
  }

  /// The session that holds at this instant.
  func session(at now: MonotonicTime) -> Session? {
    guard case .open(let session) = phase, now - session.lastUse < idle, now - session.openedAt < longest else {
      return nil
    }
    return session
  }

  /// The next tap until then opens a session.
  mutating func ask(until: MonotonicTime) { phase = .asked(until: until) }

  /// Ends a wait that is over; false when there is none.
  mutating func giveUp(at now: MonotonicTime) -> Bool {
    guard case .asked(let until) = phase, until <= now else { return false }
    phase = .closed
    return true
  }

  /// A card was tapped; true when it is one that was asked for.
  mutating func take(at now: MonotonicTime) -> Bool {
    guard case .asked(let until) = phase, now < until else { return false }
    phase = .looking
    return true
  }

  /// The card that was looked at is an operator's; nil when it is none.
  mutating func conclude(card: String?, at now: MonotonicTime) {
    guard case .looking = phase else { return }
    phase = card.map { .open(Session(card: $0, openedAt: now, lastUse: now)) } ?? .closed
  }

  /// Uses the session for something that needs one: it lasts from here again. The operator's card, or nil without one.
  mutating func use(at now: MonotonicTime) -> String? {
    guard var session = session(at: now) else { return nil }
    session.lastUse = now
    phase = .open(session)
    return session.card
  }

  /// Ends it. The card whose session it was.
  mutating func close(at now: MonotonicTime) -> String? {
    defer { phase = .closed }
    return session(at: now)?.card
  }

  /// When it ends by itself, if nothing more happens.
  func end(of session: Session) -> MonotonicTime { min(session.lastUse + idle, session.openedAt + longest) }
}
