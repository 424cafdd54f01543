/// Which payments a sum goes back to.
public enum PaymentRules {
  /// Takes a sum from what is left of payments, one after the other.
  /// - Parameters:
  ///   - amount: minor units above 0.
  ///   - left: what can still go back to each payment, in the order in which they are to be used.
  /// - Returns: how much goes back to each; nil when all of them do not cover it.
  public static func parts(of amount: Int64, over left: [Int64]) -> [Int64]? {
    var missing = amount
    let parts = left.map { left -> Int64 in
      let part = min(missing, max(0, left))
      missing -= part
      return part
    }
    return missing == 0 ? parts : nil
  }
}
