/// The kinds of asset of a federation, in the protocol's three letters.
public enum AssetCategory: String, Sendable, Hashable, Codable, CaseIterable {
  /// Federated fiat: one per server, 1 token = 1 euro cent, backed through Stripe, accepted everywhere.
  case federated = "FED"
  /// Local fiat: issued by its place against euros.
  case localFiat = "TLF"
  /// Gift: issued by its place against nothing.
  case gift = "TNF"
  /// Time.
  case time = "TIM"
  /// Loyalty points.
  case loyalty = "FID"
  /// Badge: presence is recorded, nothing moves.
  case badge = "BDG"
  /// Membership or subscription.
  case membership = "SUB"
}
