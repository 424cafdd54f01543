import Model

/// On what terms people may give money to each other: what may be given, and how much of it.
public struct TransferTerms: Hashable, Sendable {
  /// The kinds of money that may be given; none: nobody gives anything.
  public var categories: Set<AssetCategory>
  /// How much: at once (`perTap`), in a local day, and ever; in minor units over all that a sender gives.
  public var limits: Delegation.Limits
  /// Whose days are counted, a name of the IANA database; nil: the server's.
  public var timeZone: String?

  /// What nobody can give away: a membership and a badge are of the one who has them.
  public static let personal: Set<AssetCategory> = [.membership, .badge]

  /// What may be given where nothing else was said.
  ///
  /// Money that was paid for, and time, which exists to be exchanged. Not gifts and loyalty points: a place gave them to
  /// one person for a reason, at its own expense; it may say otherwise.
  public static let usual: Set<AssetCategory> = [.federated, .localFiat, .time]

  /// Terms of these limits.
  public init(
    categories: Set<AssetCategory> = TransferTerms.usual, limits: Delegation.Limits = Delegation.Limits(),
    timeZone: String? = nil
  ) {
    self.categories = categories.subtracting(Self.personal)
    self.limits = limits
    self.timeZone = timeZone
  }

  /// What holds where several do: the narrowest of each limit, and only what all of them let be given.
  public static func narrowest(_ terms: [TransferTerms]) -> TransferTerms? {
    guard let first = terms.first else { return nil }
    return TransferTerms(
      categories: terms.reduce(first.categories) { $0.intersection($1.categories) },
      limits: DelegationRules.narrowest(terms.map(\.limits)), timeZone: terms.compactMap(\.timeZone).first)
  }
}
