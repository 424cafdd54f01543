import FedowProtocol
import Model

/// The next tap, asked for by a program that wants the card's number and no charge. Pure.
struct TapCapture {
  /// Somebody waits for a card.
  struct Request: Hashable {
    let id: EntityID
    /// What for, in the asker's words.
    let purpose: String
    let until: MonotonicTime
  }

  private var request: Request?

  /// Who waits at this instant.
  func waiting(at now: MonotonicTime) -> Request? { request.flatMap { now < $0.until ? $0 : nil } }

  /// Waits from now on; whoever waited before does no more.
  mutating func ask(_ new: Request) { request = new }

  /// A card was tapped: whose it is, or nil when nobody waits.
  mutating func take(at now: MonotonicTime) -> Request? {
    defer { if waiting(at: now) != nil { request = nil } }
    return waiting(at: now)
  }

  /// Ends a wait that is over, or that nobody wants any more. What it was.
  mutating func end(at now: MonotonicTime? = nil) -> Request? {
    guard let ended = request, now.map({ ended.until <= $0 }) ?? true else { return nil }
    request = nil
    return ended
  }
}
