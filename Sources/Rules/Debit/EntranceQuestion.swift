import Model

/// What a charge asks that is an entrance too: whether the card's holder is a member.
public struct EntranceQuestion: Hashable, Sendable {
  /// How the memberships that let in were said to stand, each by its asset.
  public let memberships: [EntityID: MembershipStanding]
  /// When the person was last let in here, in microseconds since 1970; nil: never, as far as is known.
  public let lastEntrance: Int64?
  /// For how many seconds they are not let in again.
  public let againAfter: Int64

  /// A question.
  public init(memberships: [EntityID: MembershipStanding], lastEntrance: Int64?, againAfter: Int64) {
    self.memberships = memberships
    self.lastEntrance = lastEntrance
    self.againAfter = againAfter
  }

  /// The membership that lets in longest, or comes nearest to it, as it stands by now; nil when the card has none.
  public func best(at instant: Int64) -> (asset: EntityID, standing: MembershipStanding)? {
    memberships.map { (asset: $0.key, standing: $0.value.aged(to: instant)) }
      .max { left, right in
        let (one, other) = (left.standing.rank, right.standing.rank)
        return one == other ? left.asset > right.asset : one < other
      }
  }

  /// Why the card does not let in.
  func refusal(at instant: Int64) -> Refusal? {
    if let code = (best(at: instant)?.standing ?? .none).refusal { return Refusal(code) }
    guard let last = lastEntrance, last <= instant, instant < last + againAfter * 1_000_000 else { return nil }
    return Refusal(.enteredAlready)
  }
}
