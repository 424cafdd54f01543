import Model

/// The netting of what places hold of each other's money. Pure, in whole minor units: the same claims give the same
/// positions and payments, in whatever order they are named, and nothing is rounded.
public enum Clearing {
  /// The claims that are settled together, each group all or nothing.
  ///
  /// Two places by themselves, or all that claims connect. Groups and the claims in them are in the order of their ids.
  public static func groups(of claims: [ClearingClaim], netting: ClearingNetting)
    -> [[ClearingClaim]]
  {
    var leaders: [EntityID: EntityID] = [:]
    if netting == .multilateral {
      for claim in claims {
        let (one, other) = (
          leader(of: claim.holder, in: leaders), leader(of: claim.issuer, in: leaders)
        )
        if one != other { leaders[max(one, other)] = min(one, other) }
      }
    }
    let groups = Dictionary(grouping: claims) { claim -> [EntityID] in
      switch netting {
      case .bilateral: [min(claim.holder, claim.issuer), max(claim.holder, claim.issuer)]
      case .multilateral: [leader(of: claim.holder, in: leaders)]
      }
    }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      $0.value.sorted(by: precedes)
    }
  }

  private static func leader(of place: EntityID, in leaders: [EntityID: EntityID]) -> EntityID {
    var leader = place
    while let next = leaders[leader] { leader = next }
    return leader
  }

  private static func precedes(_ one: ClearingClaim, _ other: ClearingClaim) -> Bool {
    (one.holder, one.issuer, one.asset, one.amount) < (
      other.holder, other.issuer, other.asset, other.amount
    )
  }

  /// Where each place stands, in the order of their ids; the sum of what they get and pay is zero.
  /// - Throws: `Refusal` with `amount_invalid` when a sum is too large to be counted, or a claim is on oneself or not above
  ///   zero.
  public static func positions(of claims: [ClearingClaim]) throws(Refusal) -> [ClearingPosition] {
    var positions: [EntityID: ClearingPosition] = [:]
    for claim in claims {
      guard claim.amount > 0, claim.holder != claim.issuer else {
        throw Refusal(.amountInvalid, "A claim is on another place, and above zero.")
      }
      let holder = positions[claim.holder] ?? ClearingPosition(place: claim.holder)
      positions[claim.holder] = holder
      positions[claim.holder]?.claims = try sum(holder.claims, claim.amount)
      let issuer = positions[claim.issuer] ?? ClearingPosition(place: claim.issuer)
      positions[claim.issuer] = issuer
      positions[claim.issuer]?.owes = try sum(issuer.owes, claim.amount)
    }
    return positions.values.sorted { $0.place < $1.place }
  }

  private static func sum(_ one: Int64, _ other: Int64) throws(Refusal) -> Int64 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    guard !overflow else {
      throw Refusal(.amountInvalid, "The claims together are too large to be counted.")
    }
    return sum
  }

  /// The payments that settle these positions: always fewer than there are places that get or pay something.
  ///
  /// First who owes exactly what another gets, then the largest debtor the largest creditor, so that each payment settles
  /// at least one of the two. The fewest possible are not looked for: that is a hard problem, and would save little.
  public static func payments(settling positions: [ClearingPosition]) -> [ClearingPayment] {
    var debtors = positions.filter { $0.net < 0 }.map { Open(place: $0.place, amount: -$0.net) }
      .sorted()
    var creditors = positions.filter { $0.net > 0 }.map { Open(place: $0.place, amount: $0.net) }
      .sorted()
    var payments: [ClearingPayment] = []
    debtors.removeAll { debtor in
      guard let match = creditors.firstIndex(where: { $0.amount == debtor.amount }) else {
        return false
      }
      payments.append(
        ClearingPayment(
          debtor: debtor.place, creditor: creditors.remove(at: match).place, amount: debtor.amount))
      return true
    }
    while let debtor = debtors.first, let creditor = creditors.first {
      let amount = min(debtor.amount, creditor.amount)
      payments.append(
        ClearingPayment(debtor: debtor.place, creditor: creditor.place, amount: amount))
      debtors.settle(amount)
      creditors.settle(amount)
    }
    return payments.sorted { ($0.debtor, $0.creditor) < ($1.debtor, $1.creditor) }
  }

  /// What is still open of a position; the largest comes first.
  fileprivate struct Open: Comparable {
    let place: EntityID
    var amount: Int64

    static func < (one: Open, other: Open) -> Bool {
      one.amount == other.amount ? one.place < other.place : one.amount > other.amount
    }
  }
}

extension [Clearing.Open] {
  /// Takes so much from the first, and puts what is left of it to its place in the order.
  fileprivate mutating func settle(_ amount: Int64) {
    var open = removeFirst()
    open.amount -= amount
    guard open.amount > 0 else { return }
    insert(open, at: firstIndex { open < $0 } ?? count)
  }
}
