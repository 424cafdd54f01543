import Model

/// What of a card a place pays back in cash, and why it does not pay the rest.
///
/// Pure: a place's policy and an asset's terms are given.
public enum RefundRules {
  /// The kinds that a policy may name: badges and memberships are no money, whoever issues them.
  public static let payable: Set<AssetCategory> = [.federated, .localFiat, .gift, .time, .loyalty]
  /// What a place pays back that has not said otherwise: the money that it was paid for in euros.
  public static let byDefault: Set<AssetCategory> = [.localFiat]
  /// What the Fedow protocol's own call pays back (section 5), whatever the policy: clients count on it.
  public static let ofFedow: Set<AssetCategory> = [.federated, .localFiat, .gift]

  /// Why an asset is not paid back at the place with this wallet; nil when it is.
  /// - Parameter paying: the kinds that the place pays back: of its own assets, and the federated one.
  public static func obstacle(
    to terms: AssetTerms, at placeWallet: EntityID, paying: Set<AssetCategory>
  ) -> Refusal.Code? {
    switch terms.category {
    case .badge, .membership: .refundNotMoney
    case .federated: paying.contains(.federated) ? nil : .refundFederated
    case .localFiat, .gift, .time, .loyalty:
      if terms.issuerWallet != placeWallet {
        .refundElsewhere
      } else {
        paying.contains(terms.category) ? nil : .refundNotOffered
      }
    }
  }
}
