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

  /// The pipeline went a step further with the charge in its hands; a final state frees the place, and one that is paid
  /// in part waits for the next card until the deadline.
  mutating func advance(_ charge: Charge, nextDeadline: MonotonicTime) {
    switch place {
    case .inHand(let current) where current.id == charge.id:
      if case .partlyPaid = charge.state {
        place = .waiting(charge, deadline: nextDeadline)
      } else {
        place = charge.state.isOpen ? .inHand(charge) : .free
      }
    case .waiting(let current, let deadline) where current.id == charge.id:
      // News of a part that an earlier card paid.
      place = charge.state.isOpen ? .waiting(charge, deadline: deadline) : .free
    default: break
    }
  }

  /// Whether the place is held by this charge.
  func holds(_ id: EntityID) -> Bool { open?.id == id }

  /// Takes the rest of a partly paid charge out of the cards' hands, until the pipeline has written how it is paid; nil
  /// when it does not wait for a card.
  mutating func takeRest(of id: EntityID) -> Charge? {
    guard case .waiting(let charge, _) = place, charge.id == id, case .partlyPaid = charge.state else { return nil }
    var taken = charge
    taken.state = .deciding
    place = .inHand(taken)
    return charge
  }

  /// Takes a waiting charge back; nil when it is not the one in the place. One that is partly paid comes as it is, for
  /// what was paid has to be given back first.
  /// - Throws: `Refusal` with code `charge_not_cancellable` once a card was tapped.
  mutating func cancel(_ id: EntityID) throws(Refusal) -> Charge? {
    switch place {
    case .waiting(var charge, _) where charge.id == id:
      if charge.parts.isEmpty { charge.state = .cancelled }
      place = .free
      return charge
    case .inHand(let charge) where charge.id == id, .opening(let charge) where charge.id == id:
      throw Refusal(.chargeNotCancellable)
    default: return nil
    }
  }

  /// Ends a charge that waited too long; nil when none did. One that is partly paid comes as it is.
  mutating func expire(now: MonotonicTime) -> Charge? {
    guard case .waiting(var charge, let deadline) = place, deadline <= now else { return nil }
    if charge.parts.isEmpty { charge.state = .expired }
    place = .free
    return charge
  }
}
