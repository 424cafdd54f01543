import Model

/// The authority under which a place may debit a wallet without its owner's signature, as the ledger last told it.
///
/// The ledger checks it again inside the posting; here it spares a customer a refusal that can be foreseen, and offline it
/// is the only check there is.
public struct DebitAuthority: Hashable, Sendable {
  /// The delegation's id, which the debit names.
  public let id: EntityID
  /// The assets it covers; nil for every one.
  public let assets: Set<EntityID>?
  /// The most that one tap may take, in minor units; nil for no such limit.
  public let perTap: Amount?
  /// The most that a day may take, in minor units over all covered assets.
  public let perDay: Amount?
  /// The most that it may ever take, in minor units over all covered assets.
  public let total: Amount?
  /// What was taken of the day's limit when the ledger told.
  public let usedToday: Amount
  /// What was ever taken when the ledger told.
  public let usedTotal: Amount
  /// The times between which it holds, in microseconds since 1970; nil for no bound.
  public let from: Int64?
  /// The end of it, in microseconds since 1970; it no longer holds then.
  public let until: Int64?
  /// When the day of `usedToday` ends, in microseconds since 1970; nil when the ledger did not say.
  public let dayEndsAt: Int64?

  /// An authority.
  public init(
    id: EntityID, assets: Set<EntityID>? = nil, perTap: Amount? = nil, perDay: Amount? = nil, total: Amount? = nil,
    usedToday: Amount = .zero, usedTotal: Amount = .zero, from: Int64? = nil, until: Int64? = nil,
    dayEndsAt: Int64? = nil
  ) {
    self.id = id
    self.assets = assets
    self.perTap = perTap
    self.perDay = perDay
    self.total = total
    self.usedToday = usedToday
    self.usedTotal = usedTotal
    self.from = from
    self.until = until
    self.dayEndsAt = dayEndsAt
  }

  /// Whether it covers this asset.
  public func covers(_ asset: EntityID) -> Bool { assets?.contains(asset) ?? true }

  /// Whether it holds at this time, in microseconds since 1970.
  public func holds(at time: Int64) -> Bool { (from ?? .min) <= time && time < (until ?? .max) }

  /// What one debit may take now, with the limit that is the tightest.
  ///
  /// - Parameters:
  ///   - time: in microseconds since 1970; after the day's end nothing of the new day counts as used.
  ///   - spentSince: what was debited here since the ledger told, in minor units. It counts in the new day too, for it
  ///     is not known here on which side of midnight the ledger will see it.
  func limits(at time: Int64, spentSince: Amount) -> [DebitLimit] {
    let isSameDay = dayEndsAt.map { time < $0 } ?? true
    let rooms: [(Amount?, Amount, Refusal.Code)] = [
      (perTap, .zero, .overTapLimit),
      (perDay, (isSameDay ? usedToday : .zero).saturatingSum(spentSince), .overDayLimit),
      (total, usedTotal.saturatingSum(spentSince), .overTotalLimit),
    ]
    return rooms.compactMap { limit, used, code in
      limit.map { DebitLimit(room: max(.zero, $0.subtracting(used) ?? .zero), code: code) }
    }
  }
}

/// What a debit may take under one limit.
struct DebitLimit: Hashable, Sendable {
  /// In minor units, never negative.
  let room: Amount
  /// The code of a refusal by this limit.
  let code: Refusal.Code
}

extension Amount {
  /// The sum, or the largest amount when it does not fit: what is used up stays used up.
  func saturatingSum(_ other: Amount) -> Amount { adding(other) ?? Amount(minorUnits: .max) }
}
