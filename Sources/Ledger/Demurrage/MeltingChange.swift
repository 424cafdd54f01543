import Model
import Rules

/// New terms of melting, as the ledger's operator gives them.
public struct MeltingChange: Sendable {
  /// Parts per million of a period; 0 ends the melting.
  public var rate: Int64
  /// How long a period is.
  public var unit: MeltUnit
  /// Local days before a period in which arriving money does not melt.
  public var graceDays: Int64 = 0
  /// What each wallet keeps, in minor units.
  public var floor: Int64 = 0
  /// Who receives what melts: a place by name or uuid, or a wallet's uuid.
  public var receiver: String
  /// Whose wallets do not melt: wallets' uuids, cards' tag ids or places' names.
  public var exempt: [String] = []
  /// Kinds of wallets that do not.
  public var exemptKinds: Set<WalletKind> = [.place]
  /// From which local day on: year, month and day.
  public var from: (year: Int64, month: Int64, day: Int64)
  /// Whose calendar; nil: the federation's, that is the asset's place's terms, or the server's.
  public var timeZone: String?

  /// Terms of this rate from a day on.
  public init(rate: Int64, unit: MeltUnit, receiver: String, from: (year: Int64, month: Int64, day: Int64)) {
    self.rate = rate
    self.unit = unit
    self.receiver = receiver
    self.from = from
  }
}
