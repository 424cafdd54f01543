import Model

/// What there is to know of a card before it is changed.
public struct CardLife: Hashable, Sendable {
  /// The place that issued it.
  public var origin: EntityID
  /// Whether it belongs to a person.
  public var hasHolder: Bool
  /// Whether it opens nothing now.
  public var isBlocked: Bool
  /// Who blocked it; nil also where that was not written down.
  public var blockedBy: CardActor?
  /// Whether another card took its place.
  public var isReplaced: Bool
  /// Whether a debit that it made offline is not settled.
  public var isUnsettled: Bool
  /// Whether it ever held anything, belonged to anyone or took another's place.
  public var isUsed: Bool

  /// The standing of a card that was never used.
  public init(
    origin: EntityID, hasHolder: Bool = false, isBlocked: Bool = false, blockedBy: CardActor? = nil,
    isReplaced: Bool = false, isUnsettled: Bool = false, isUsed: Bool = false
  ) {
    self.origin = origin
    self.hasHolder = hasHolder
    self.isBlocked = isBlocked
    self.blockedBy = blockedBy
    self.isReplaced = isReplaced
    self.isUnsettled = isUnsettled
    self.isUsed = isUsed
  }
}
