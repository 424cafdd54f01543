/// How the payments of a clearing are made.
public enum ClearingMeans: String, Sendable, Hashable, CaseIterable {
  /// In the federation's primary tokens, posted with the settlement itself.
  case primary
  /// By bank transfers that the payer declares and the payee confirms.
  case bank
}
