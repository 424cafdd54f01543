import Model

/// Decides whether a card pays a charge, with which of its money and by whose leave. Pure: the same question has the same
/// answer.
public enum DebitEngine {
  /// Allocates the charge over the card's holdings in the policy's order, within every limit.
  ///
  /// Within a class the smaller asset id goes first, so that a repetition of the question allocates alike.
  public static func decide(_ question: DebitQuestion) -> DebitDecision {
    guard question.amount > .zero || question.amount == .zero && question.entrance != nil else {
      return .refuse(Refusal(.amountInvalid))
    }
    switch question.contact {
    case .online:
      guard let card = question.card, card.isFresh else { return .askLedger }
      return decide(question, card, limits: [])
    case .offline(let situation):
      if let refusal = situation.refusal { return .refuse(refusal) }
      guard let card = question.card else {
        return .refuse(Refusal(.cardUnknown, "The ledger does not answer, and this kiosk has never seen this card."))
      }
      return decide(question, card, limits: situation.limits)
    }
  }

  private static func decide(_ question: DebitQuestion, _ card: CardFacts, limits: [DebitLimit]) -> DebitDecision {
    switch card.standing {
    case .blocked: return .refuse(Refusal(.cardBlocked))
    case .unsettled: return .refuse(Refusal(.cardUnsettled))
    case .usable: break
    }
    if let refusal = question.entrance?.refusal(at: question.now) { return .refuse(refusal) }
    // Nothing is taken, so nobody's leave is needed.
    if question.amount == .zero { return .approve(DebitPlan(parts: [])) }
    let money = spendable(question, card)
    guard let authorities = card.authorities else {
      return Attempt(question, card, money, authority: nil, limits: limits).decision
    }
    let attempts = authorities.filter { $0.holds(at: question.now) }.map { authority in
      Attempt(
        question, card, money, authority: authority,
        limits: authority.limits(at: question.now, spentSince: card.spent(under: authority)) + limits)
    }
    // The first of those that pay most: the ledger's order decides between equals.
    guard let most = attempts.map(\.paid).max(), let best = attempts.first(where: { $0.paid == most }) else {
      return .refuse(Refusal(.noDelegation))
    }
    return best.decision
  }

  private static func spendable(_ question: DebitQuestion, _ card: CardFacts) -> [Holding] {
    let ranks = Dictionary(uniqueKeysWithValues: question.policy.order.enumerated().map { ($1, $0) })
    let ranked = card.card.holdings.compactMap { holding -> (rank: Int, holding: Holding)? in
      guard card.available(holding) > .zero, question.policy.onlyAsset ?? holding.asset == holding.asset,
        let kind = SpendClass(holding, placeWallet: question.placeWallet), let rank = ranks[kind]
      else { return nil }
      return (rank, holding)
    }
    return ranked.sorted { ($0.rank, $0.holding.asset) < ($1.rank, $1.holding.asset) }.map(\.holding)
  }
}

/// The allocation under one authority.
private struct Attempt {
  let decision: DebitDecision
  /// What the card pays by it, as far as it goes.
  let paid: Amount

  init(
    _ question: DebitQuestion, _ card: CardFacts, _ money: [Holding], authority: DebitAuthority?, limits: [DebitLimit]
  ) {
    let tightest = limits.min { $0.room < $1.room }
    var wanted = min(question.amount, tightest?.room ?? question.amount)
    var parts: [Allocation] = []
    var leftForWantOfRoom = Amount.zero
    for holding in money where wanted > .zero && authority?.covers(holding.asset) ?? true {
      let there = min(wanted, card.available(holding))
      let taken = min(there, card.takeable(holding))
      leftForWantOfRoom = leftForWantOfRoom.saturatingSum(there.subtracting(taken) ?? .zero)
      guard taken > .zero else { continue }
      parts.append(Allocation(asset: holding.asset, assetName: holding.assetName, amount: taken))
      wanted = wanted.subtracting(taken) ?? .zero
    }
    paid = parts.reduce(Amount.zero) { $0.saturatingSum($1.amount) }
    let missing = question.amount.subtracting(paid) ?? .zero
    guard missing == .zero || question.acceptsPart && paid > .zero else {
      // With room enough it would have paid, so the room is what stood in the way.
      if wanted > .zero, leftForWantOfRoom >= wanted {
        decision = .refuse(Refusal(.overCeiling))
        return
      }
      let all = money.reduce(Amount.zero) { $0.saturatingSum(card.available($1)) }
      decision = .refuse(
        Self.refusal(question.amount, paid: paid, all: all, isLimited: wanted == .zero ? tightest : nil))
      return
    }
    decision = .approve(DebitPlan(parts: parts, missing: missing, authority: authority?.id))
  }

  /// What stood in the way: a limit when all that it lets through was found, else the money, which may be there and be
  /// no business of the authority.
  private static func refusal(_ amount: Amount, paid: Amount, all: Amount, isLimited: DebitLimit?) -> Refusal {
    if let limit = isLimited {
      return Refusal(limit.code, "\(limit.code.sentence) At most \(limit.room) can be taken now.")
    }
    if all >= amount { return Refusal(.noDelegation, "The card-holder allows this place only \(paid) of that money.") }
    let missing = amount.subtracting(all) ?? .zero
    return Refusal(
      .insufficientFunds, "There is \(all) on this card for a charge of \(amount); \(missing) is missing.")
  }
}
