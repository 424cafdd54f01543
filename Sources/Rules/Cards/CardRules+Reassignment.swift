import Model

extension CardRules {
  /// How long a reassignment may be undone, in seconds.
  public static let undoWindow: Int64 = 600

  /// Whether what a card opens may move to another card.
  ///
  /// A person's card moves by their signature alone; a card that is nobody's by the place that issued it. Who owes for
  /// what was taken offline settles that first, or a new card would wash it away.
  /// - Parameters:
  ///   - isFamily: whether the places that issued the two share a federation, or are one.
  ///   - withPrimary: whether the rights of an operator's card move too.
  /// - Throws: `Refusal` with the reason.
  public static func reassign(
    from old: CardLife, to new: CardLife, by asker: CardActor, isFamily: Bool, withPrimary: Bool
  ) throws(Refusal) {
    guard !old.isReplaced else { throw Refusal(.cardReplaced) }
    if asker != .holder {
      guard !old.hasHolder, old.blockedBy != .holder else { throw Refusal(.holderMustSign) }
    }
    if case .place(let place) = asker, place != old.origin {
      throw Refusal(.forbidden, "Only the place that issued this card can move it to another one.")
    }
    guard asker != .holder || !withPrimary else {
      throw Refusal(.forbidden, "Only a place gives the rights of an operator's card.")
    }
    guard !old.isUnsettled else { throw Refusal(.cardUnsettled) }
    guard isFamily else { throw Refusal(.forbidden, "The two cards are not of places that share a federation.") }
    guard !new.isReplaced, !new.isBlocked else { throw Refusal(.cardBlocked, "The new card is blocked.") }
    guard !new.isUsed, !new.hasHolder, !new.isUnsettled else {
      throw Refusal(.cardInUse, "The new card is in use already; take one that was never used.")
    }
  }

  /// Whether a reassignment may still be undone: for a while, and only as long as nothing came of it.
  /// - Parameters:
  ///   - madeAt: when it was made, in microseconds since 1970.
  ///   - now: the present instant.
  ///   - hasActed: whether the new card was used since, given to a person, or replaced in its turn.
  /// - Throws: `Refusal` with `too_late`.
  public static func undo(madeAt: Int64, now: Int64, isUndone: Bool, hasActed: Bool) throws(Refusal) {
    guard !isUndone else { throw Refusal(.tooLate, "This was undone already.") }
    guard now <= madeAt + undoWindow * 1_000_000 else {
      throw Refusal(.tooLate, "This was done more than \(undoWindow / 60) minutes ago and can no longer be undone.")
    }
    guard !hasActed else { throw Refusal(.tooLate, "The new card was used since; this can no longer be undone.") }
  }
}
