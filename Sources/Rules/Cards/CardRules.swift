import Model

/// Who may do what to a card (pure: what is known of the card and of who asks is given).
public enum CardRules {
  /// Whether a card may be blocked.
  /// - Parameter isInSight: whether who asks shares a federation with the place that issued it, or is that place.
  /// - Throws: `Refusal` with `forbidden`.
  public static func block(_ card: CardLife, by asker: CardActor, isInSight: Bool) throws(Refusal) {
    guard case .place = asker else { return }
    guard isInSight else {
      throw Refusal(.forbidden, "Only places of a federation with the card's own place can report it lost.")
    }
  }

  /// Whether a blocked card may be freed: by who blocked it, or by the place that issued it unless its holder did.
  ///
  /// The ledger's operator may free any but a replaced one: it is the last resort of a holder without a key.
  /// - Throws: `Refusal` with `card_replaced` or `not_yours_to_unblock`.
  public static func unblock(_ card: CardLife, by asker: CardActor) throws(Refusal) {
    guard !card.isReplaced else { throw Refusal(.cardReplaced) }
    let isAllowed =
      switch (asker, card.blockedBy) {
      case (.ledger, _): true
      case (.holder, let blocker): blocker == .holder
      case (.place, .holder): false
      case (.place(let place), let blocker): blocker == .place(place) || card.origin == place
      }
    guard !card.isBlocked || isAllowed else { throw Refusal(.notYoursToUnblock) }
  }

  /// Whether a card that was never used may be taken out of the books: by the place that issued it.
  /// - Throws: `Refusal` with `forbidden` or `card_in_use`.
  public static func unenroll(_ card: CardLife, by asker: CardActor) throws(Refusal) {
    guard asker == .place(card.origin) else {
      throw Refusal(.forbidden, "Only the place that issued this card can take it back.")
    }
    guard !card.isUsed, !card.isBlocked, !card.isUnsettled else { throw Refusal(.cardInUse) }
  }

  /// Whether a card may be given to a person: by the place that issued it, while it is nobody's.
  /// - Throws: `Refusal` with `forbidden`, `card_replaced`, `blocked_card`, `card_unsettled` or `card_in_use`.
  public static func bind(_ card: CardLife, by asker: CardActor) throws(Refusal) {
    guard asker == .place(card.origin) else {
      throw Refusal(.forbidden, "Only the place that issued this card can give it to a person.")
    }
    guard !card.isReplaced else { throw Refusal(.cardReplaced) }
    guard !card.isBlocked else { throw Refusal(.cardBlocked) }
    guard !card.isUnsettled else { throw Refusal(.cardUnsettled) }
    guard !card.hasHolder else { throw Refusal(.cardInUse, "This card belongs to a person already.") }
  }
}
