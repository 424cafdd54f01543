import Model

/// Whether a card may pay at all.
public enum CardStanding: String, Hashable, Sendable {
  /// It may.
  case usable
  /// It was blocked: lost, stolen, replaced.
  case blocked
  /// A debit that was decided offline was refused by the ledger, and nobody has settled it.
  case unsettled

  /// Of two sources the one that forbids more.
  public func stricter(_ other: CardStanding) -> CardStanding {
    if self == .blocked || other == .blocked { return .blocked }
    return self == .unsettled || other == .unsettled ? .unsettled : .usable
  }
}

/// What is known of the card that was tapped.
public struct CardFacts: Hashable, Sendable {
  /// Its wallet and balances as the ledger told them.
  public let card: CardSnapshot
  /// Whose authority this place has; nil when this ledger does not tell and checks by itself.
  public let authorities: [DebitAuthority]?
  /// Whether it may pay.
  public let standing: CardStanding
  /// What this kiosk debited of each asset since then, in minor units: the told balances do not show it.
  public let spentSince: [EntityID: Amount]
  /// What this kiosk took of each asset since then, from whatever card, in minor units: the told room does not show it.
  public let takenSince: [EntityID: Amount]
  /// Whether the ledger told it for this tap.
  public let isFresh: Bool

  /// What is known of a card.
  public init(
    card: CardSnapshot, authorities: [DebitAuthority]? = nil, standing: CardStanding = .usable,
    spentSince: [EntityID: Amount] = [:], takenSince: [EntityID: Amount] = [:], isFresh: Bool = true
  ) {
    self.card = card
    self.authorities = authorities
    self.standing = standing
    self.spentSince = spentSince
    self.takenSince = takenSince
    self.isFresh = isFresh
  }

  /// What can still be taken of a balance, in minor units.
  func available(_ holding: Holding) -> Amount {
    max(.zero, holding.balance.subtracting(spentSince[holding.asset] ?? .zero) ?? .zero)
  }

  /// What can be taken of it within what the place is willing to hold, in minor units.
  func takeable(_ holding: Holding) -> Amount {
    guard let room = holding.room else { return available(holding) }
    return min(available(holding), max(.zero, room.subtracting(takenSince[holding.asset] ?? .zero) ?? .zero))
  }

  /// All that was debited here since the ledger told, of the assets that an authority covers.
  func spent(under authority: DebitAuthority) -> Amount {
    spentSince.reduce(Amount.zero) { authority.covers($1.key) ? $0.saturatingSum($1.value) : $0 }
  }
}
