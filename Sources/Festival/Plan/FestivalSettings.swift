import Model

/// What kind of evening is played.
public struct FestivalSettings: Sendable {
  /// Which calls are used.
  public var dialect = FestivalDialect.native
  /// Tills a place, each with one request at a time, as a till has.
  public var tills = 4
  /// How long guests come, in seconds.
  public var seconds = 60
  /// Guests a second over all places when the most come.
  public var rate = 50.0
  /// When they come.
  public var curve = ArrivalCurve.festival
  /// Of a hundred acts, how many refill a card.
  public var refills = 10.0
  /// Of a hundred acts, how many fetch the money back.
  public var refunds = 1.0
  /// Of a hundred acts, how many report a card as lost; its finder tries it afterwards.
  public var losses = 0.5
  /// What each card is filled up to beforehand, in minor units.
  public var purse: Int64 = 5000
  /// The same seed plays the same evening.
  public var seed: UInt64 = 1
  /// How long an answer is waited for, in milliseconds.
  public var patience = 10_000

  /// The evening that is played when nothing is said.
  public init() {}
}
