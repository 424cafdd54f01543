import Model

/// What a delegation allows (pure: the instant, the federations and the use so far are given).
public enum DelegationRules {
  /// A debit that is to be made under a delegation.
  public struct Debit: Hashable, Sendable {
    /// Who debits.
    public let place: EntityID
    /// The federations that the place belongs to.
    public let federations: Set<EntityID>
    /// What is debited.
    public let assets: Set<EntityID>
    /// Minor units over all assets.
    public let amount: Int64
    /// What for.
    public let purpose: Delegation.Purpose
    /// When, in microseconds since 1970.
    public let instant: Int64

    /// A debit.
    public init(
      place: EntityID, federations: Set<EntityID> = [], assets: Set<EntityID>, amount: Int64,
      purpose: Delegation.Purpose = .tap, instant: Int64
    ) {
      self.place = place
      self.federations = federations
      self.assets = assets
      self.amount = amount
      self.purpose = purpose
      self.instant = instant
    }
  }

  /// Whether the delegation speaks of such a debit at all, whatever its limits.
  ///
  /// It begins at `from` and has ended at `until`.
  public static func covers(_ delegation: Delegation, _ debit: Debit) -> Bool {
    let isGrantee =
      switch delegation.grantee {
      case .all: true
      case .place(let place): place == debit.place
      case .federation(let federation): debit.federations.contains(federation)
      }
    let isInAssets = delegation.assets.map { debit.assets.isSubset(of: $0) } ?? true
    return isGrantee && isInAssets && delegation.purpose == debit.purpose
      && delegation.from.map { debit.instant >= $0 } ?? true && delegation.until.map { debit.instant < $0 } ?? true
  }

  /// The use after a debit of so much.
  /// - Throws: `Refusal` with `over_tap_limit`, `over_day_limit` or `over_total_limit`; the narrowest is named first.
  public static func use(
    after amount: Int64, under limits: Delegation.Limits, from use: Delegation.Use
  ) throws(Refusal) -> Delegation.Use {
    guard amount <= limits.perTap ?? .max else { throw Refusal(.overTapLimit) }
    let (today, todayOverflows) = use.today.addingReportingOverflow(amount)
    guard !todayOverflows, today <= limits.perDay ?? .max else { throw Refusal(.overDayLimit) }
    let (total, totalOverflows) = use.total.addingReportingOverflow(amount)
    guard !totalOverflows, total <= limits.total ?? .max else { throw Refusal(.overTotalLimit) }
    return Delegation.Use(today: today, total: total)
  }

  /// The limits that hold where several do: the narrowest of each kind.
  public static func narrowest(_ limits: [Delegation.Limits]) -> Delegation.Limits {
    Delegation.Limits(
      perTap: limits.compactMap(\.perTap).min(), perDay: limits.compactMap(\.perDay).min(),
      total: limits.compactMap(\.total).min())
  }
}
