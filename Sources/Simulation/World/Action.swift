/// Something that people, machines or fate do, decided before the run from its seed alone.
struct Action: Sendable {
  /// What there is to do.
  enum Kind: String, CaseIterable, Sendable {
    /// A cashier charges, and a card is presented.
    case sell
    /// A place has a card debited without a kiosk.
    case demand
    /// The cashier cancels what waits.
    case cancel
    /// The till takes its last charge back.
    case undo
    case refill
    case block
    case unblock
    /// A lost card's money goes to another card.
    case reassign
    case refund
    /// A place pays another in euros for what it holds of its money.
    case deposit
    /// A person lets a place debit them, or takes that back.
    case grant
    case revoke
    /// Somebody makes a card that is nobody's theirs.
    case link
    /// A person gives another money.
    case give
    /// A person limits what their card may spend.
    case limit
    /// What cards without a person carry is changed.
    case terms
    /// A place says how much of the other's money it takes.
    case accept
    /// An operator settles an offline debit that was refused.
    case settle
    /// A device is revoked; its kiosk is enrolled anew.
    case revokeDevice = "revoke_device"
    /// All keys of a place end; its kiosks are enrolled anew.
    case rotateKeys = "rotate_keys"
    /// A place is shut out for a while.
    case disable
    /// Whoever has no leave tries.
    case intrude
    case crashKiosk = "crash_kiosk"
    case crashLedger = "crash_ledger"
    /// A disk is full for a moment.
    case fill
    /// A kiosk is cut off.
    case cut
    /// All kiosks are.
    case outage
    /// A kiosk is cut off, and people go on paying there; what it does not hear of happens meanwhile.
    case island
    /// A kiosk's wall clock is set, or the ledger's by less.
    case clock
    /// The reader is pulled and plugged in.
    case reader
  }

  let kind: Kind
  /// Milliseconds after the action before.
  let gap: Int64
  let kiosk: Int
  let card: Int
  let other: Int
  let amount: Int64
  /// What else the kind has to choose from.
  let choice: Int

  /// The plan of a run.
  static func plan(seed: UInt64, _ profile: Profile) -> [Action] {
    var chance = Chance(seed: seed, .plan)
    let total = profile.weights.reduce(0) { $0 + $1.weight }
    return (0..<profile.actionCount).map { _ in
      var place = chance.number(0...(total - 1))
      var kind = Kind.sell
      for (candidate, weight) in profile.weights {
        if place < weight {
          kind = candidate
          break
        }
        place -= weight
      }
      return Action(
        kind: kind, gap: chance.number(profile.gap), kiosk: chance.one(of: profile.kiosks),
        card: chance.one(of: profile.cards), other: chance.index(below: 6), amount: chance.number(profile.amounts),
        choice: chance.index(below: 1000))
    }
  }
}

extension Action: CustomStringConvertible {
  /// In a line.
  var description: String {
    "+\(gap) ms \(kind.rawValue) kiosk \(kiosk) card \(card) amount \(amount) other \(other) choice \(choice)"
  }
}
