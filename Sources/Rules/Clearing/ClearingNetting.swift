/// Whose claims are set off against each other, and so who has to agree together.
public enum ClearingNetting: String, Sendable, Hashable, CaseIterable {
  /// Between any two places by themselves.
  case bilateral
  /// Between all places that are connected by claims: the fewest payments, and all of them must agree.
  case multilateral
}
