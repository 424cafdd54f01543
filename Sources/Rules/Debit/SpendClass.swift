import Model

/// The classes of money a charge may take, as seen from the place that charges.
public enum SpendClass: String, Sendable, Hashable, CaseIterable {
  /// Gift money, whoever gave it.
  case gift
  /// Local fiat that this place issued.
  case ownLocal = "own_local"
  /// The federation's own fiat.
  case federated
  /// Local fiat of other places, which the ledger shows only where it is accepted.
  case otherLocal = "other_local"

  /// The class of a holding for the place with this wallet; nil for what is never money (time, loyalty, badges,
  /// memberships), whatever its balance.
  public init?(_ holding: Holding, placeWallet: EntityID) {
    switch holding.category {
    case .gift: self = .gift
    case .localFiat: self = holding.issuerWallet == placeWallet ? .ownLocal : .otherLocal
    case .federated: self = .federated
    case .time, .loyalty, .badge, .membership: return nil
    }
  }
}
