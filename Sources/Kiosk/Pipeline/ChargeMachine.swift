import Model

/// The kiosk's one place for a charge. Pure: it takes what happened and says what the charge is now.
struct ChargeMachine {
  private enum Place {
    case free
    /// Being written; a tap does not pay it yet.
    case opening(Charge)
    case waiting(Charge, deadline: MonotonicTime)
    /// A card was tapped: from here only the pipeline's own outcome ends it.
    case inHand(Charge)
  }

  private var place = Place.free

  /// The charge that holds the place.
  var open: Charge? {
    switch place {
    case .free: nil
    case .opening(let charge), .waiting(let charge, _), .inHand(let charge): charge
    }
  }

  /// Takes the place for a charge that is about to be written.
  /// - Throws: `Refusal` with code `charge_busy`.
  mutating func reserve(_ charge: Charge) throws(Refusal) {
    guard case .free = place else { throw Refusal(.chargeBusy) }
    place = .opening(charge)
  }

  /// The charge is written: the next tap pays it, until the deadline.
  mutating func wait(until deadline: MonotonicTime) {
    guard case .opening(let charge) = place else { return }
    place = .waiting(charge, deadline: deadline)
  }

  /// The charge could not be written.
  mutating func release(_ id: EntityID) {
    if open?.id == id { place = .free }
  }

  /// A card was tapped. The charge it pays, or nil when none waits.
  mutating func tap(_ tap: EntityID, card: String, seenAt: MonotonicTime) -> Charge? {
    guard case .waiting(var charge, let deadline) = place, seenAt < deadline else { return nil }
    charge.state = .deciding
    charge.tap = tap
    charge.card = card
    charge.spans.mark(.seen, at: seenAt)
    place = .inHand(charge)
    return charge
  }

  /// The pipeline went a step further with the charge in its hands; a final state frees the place.
  mutating func advance(_ charge: Charge) {
    guard case .inHand(let current) = place, current.id == charge.id else { return }
    place = charge.state.isOpen ? .inHand(charge) : .free
  }

  /// Takes a waiting charge back; nil when it is not the one in the place.
  /// - Throws: `Refusal` with code `charge_not_cancellable` once a card was tapped.
  mutating func cancel(_ id: EntityID) throws(Refusal) -> Charge? {
    switch place {
    case .waiting(var charge, _) where charge.id == id:
      charge.state = .cancelled
      place = .free
      return charge
    case .inHand(let charge) where charge.id == id, .opening(let charge) where charge.id == id:
      throw Refusal(.chargeNotCancellable)
    default: return nil
    }
  }

  /// Ends a charge that waited too long; nil when none did.
  mutating func expire(now: MonotonicTime) -> Charge? {
    guard case .waiting(var charge, let deadline) = place, deadline <= now else { return nil }
    charge.state = .expired
    place = .free
    return charge
  }
}
