import Model

/// Decides whether a card pays a charge and with which of its money. Pure: the same question has the same answer.
public enum DebitEngine {
  /// Allocates the charge over the card's holdings in the policy's order.
  ///
  /// Within a class the smaller asset id goes first, so that a repetition of the question allocates alike.
  /// - Parameters:
  ///   - amount: the charge, in minor units.
  ///   - placeWallet: the wallet that will be paid.
  public static func decide(
    amount: Amount, placeWallet: EntityID, card: CardSnapshot, policy: SpendPolicy
  ) -> DebitDecision {
    guard amount > .zero else { return .refuse(Refusal(.amountInvalid)) }
    var missing = amount
    var parts: [Allocation] = []
    for holding in spendable(card.holdings, placeWallet: placeWallet, policy: policy) where missing > .zero {
      let taken = min(missing, holding.balance)
      guard let rest = missing.subtracting(taken) else { return .refuse(Refusal(.amountInvalid)) }
      parts.append(Allocation(asset: holding.asset, assetName: holding.assetName, amount: taken))
      missing = rest
    }
    guard missing == .zero else { return .refuse(insufficient(amount: amount, missing: missing)) }
    return .approve(parts)
  }

  private static func spendable(_ holdings: [Holding], placeWallet: EntityID, policy: SpendPolicy) -> [Holding] {
    let ranks = Dictionary(uniqueKeysWithValues: policy.order.enumerated().map { ($1, $0) })
    let ranked = holdings.compactMap { holding -> (rank: Int, holding: Holding)? in
      guard holding.balance > .zero, let kind = SpendClass(holding, placeWallet: placeWallet), let rank = ranks[kind]
      else { return nil }
      return (rank, holding)
    }
    return ranked.sorted { ($0.rank, $0.holding.asset) < ($1.rank, $1.holding.asset) }.map(\.holding)
  }

  private static func insufficient(amount: Amount, missing: Amount) -> Refusal {
    let available = Amount(minorUnits: amount.minorUnits - missing.minorUnits)
    return Refusal(
      .insufficientFunds, "There is \(available) on this card for a charge of \(amount); \(missing) is missing.")
  }
}
