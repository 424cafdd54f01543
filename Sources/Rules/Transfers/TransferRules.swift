import Model

/// What may go from one person to another (pure: the balances, the terms and what was given so far are told).
public enum TransferRules {
  /// Whether money of this kind may be given at all.
  /// - Throws: `Refusal` with `transfer_not_offered`.
  public static func check(
    _ category: AssetCategory, isArchived: Bool, under terms: TransferTerms
  ) throws(Refusal) {
    guard !isArchived, terms.categories.contains(category), !TransferTerms.personal.contains(category) else {
      throw Refusal(.transferNotOffered)
    }
  }

  /// What has been given after a transfer of so much.
  /// - Throws: `Refusal` with the limit that does not allow it; the narrowest is named first.
  public static func use(
    after amount: Int64, under limits: Delegation.Limits, from use: Delegation.Use
  ) throws(Refusal) -> Delegation.Use {
    do {
      return try DelegationRules.use(after: amount, under: limits, from: use)
    } catch {
      switch error.code {
      case .overTapLimit: throw Refusal(.overTransferLimit)
      case .overDayLimit: throw Refusal(.overTransferDayLimit)
      case .overTotalLimit: throw Refusal(.overTransferTotalLimit)
      default: throw error
      }
    }
  }
}
