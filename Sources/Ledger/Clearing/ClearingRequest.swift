import FedowProtocol
import Model
import Rules

/// Which clearing is asked for.
public struct ClearingRequest: Sendable {
  /// The federation's name.
  public var federation: String
  /// Of what was taken from this instant on; nil: ever.
  public var from: LedgerTime?
  /// Up to this instant, which is not in it; nil: now.
  public var to: LedgerTime?
  /// Whose claims are set off against each other.
  public var netting = ClearingNetting.multilateral
  /// How it is paid.
  public var means = ClearingMeans.primary
  /// Which kinds of money; time and loyalty points are worth no euros, and nobody pays them out.
  public var categories: Set<AssetCategory> = [.localFiat]
  /// Places whose claims, and claims on whom, stay out: name or uuid.
  public var without: [String] = []
  /// For how long the places may agree, in days.
  public var days: Int64 = 30

  /// The kinds of money that can be settled: hundredths of a euro.
  public static let payable: Set<AssetCategory> = [.localFiat, .gift]

  /// A clearing of a federation.
  public init(federation: String) { self.federation = federation }

  /// - Throws: `Refusal` with what is wrong.
  func check(now: LedgerTime) throws(Refusal) {
    guard !categories.isEmpty, categories.isSubset(of: Self.payable) else {
      throw Refusal(
        .requestMalformed, "A clearing is of TLF, TNF or both: what is worth hundredths of a euro.")
    }
    guard (1...366).contains(days) else {
      throw Refusal(.requestMalformed, "Places have 1 to 366 days to agree.")
    }
    let isOrdered = from.map { from in to.map { from < $0 } ?? (from <= now) } ?? true
    guard isOrdered else {
      throw Refusal(.requestMalformed, "A period begins before it ends: from is after to.")
    }
  }
}
