import Model

/// One version of the terms on which an asset melts; it holds for the periods that begin while it is in force.
///
/// A version never changes and always begins after it was made, so no period that has begun can get other terms.
public struct MeltTerms: Hashable, Sendable {
  /// Its id, which each posting under it names.
  public let id: EntityID
  /// In which order the versions were made.
  public let number: Int64
  /// From when it is in force, in microseconds since 1970.
  public let from: Int64
  /// How much melts in a period, in parts per million; 0: nothing melts.
  public let rate: Int64
  /// How long a period is.
  public let unit: MeltUnit
  /// How many local days before a period money must have arrived to melt in it.
  public let graceDays: Int64
  /// What each wallet keeps, in minor units: only what lies above it melts.
  public let floor: Int64
  /// Who receives what melts.
  public let receiver: EntityID
  /// Wallets that do not melt.
  public let exemptWallets: Set<EntityID>
  /// Kinds of wallets that do not melt.
  public let exemptKinds: Set<WalletKind>
  /// Whose days are counted: a name of the IANA database.
  public let timeZone: String

  /// The parts of a whole.
  public static let whole: Int64 = 1_000_000

  /// One version.
  public init(
    id: EntityID, number: Int64, from: Int64, rate: Int64, unit: MeltUnit, graceDays: Int64 = 0, floor: Int64 = 0,
    receiver: EntityID, exemptWallets: Set<EntityID> = [], exemptKinds: Set<WalletKind> = [.place],
    timeZone: String
  ) {
    self.id = id
    self.number = number
    self.from = from
    self.rate = rate
    self.unit = unit
    self.graceDays = graceDays
    self.floor = floor
    self.receiver = receiver
    self.exemptWallets = exemptWallets
    self.exemptKinds = exemptKinds
    self.timeZone = timeZone
  }

  /// What melts of a balance in one period, in minor units, rounded down: the holder keeps the fraction, and nothing of
  /// it is carried into the next period.
  /// - Parameter least: the least that lay in the wallet from the grace before the period up to its end.
  public func melting(of least: Int64) -> Int64 {
    guard least > floor, rate > 0 else { return 0 }
    let product = (least - floor).multipliedFullWidth(by: min(rate, Self.whole))
    // The quotient fits: the rate is at most the whole.
    return Self.whole.dividingFullWidth(product).quotient
  }
}

/// What a wallet is to the rules of melting.
public enum WalletKind: String, Sendable, Hashable, CaseIterable {
  /// A place's own.
  case place
  /// A person's, who signs.
  case person
  /// Of a card that belongs to nobody.
  case card
  /// The server's own, which never melts.
  case server
}
