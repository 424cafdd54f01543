import FedowProtocol
import Model
import Rules

/// A sum that lies in a wallet and cannot be spent, because somebody outside was asked, or is about to be, whether it
/// leaves.
public struct Reservation: Hashable, Sendable {
  /// Why a sum is reserved: whoever resumes the work after a crash finds its own by this.
  public struct Purpose: RawRepresentable, Hashable, Sendable {
    /// One word, as the books keep it.
    public let rawValue: String

    /// A purpose of this name.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// By what it is known; whoever reserves chooses it, and a repetition has the same.
  public let id: EntityID
  /// Whose money.
  public let wallet: EntityID
  /// What money.
  public let asset: EntityID
  /// How much, in minor units.
  public let amount: Int64
  /// What for.
  public let purpose: Purpose
  /// What belongs to the purpose.
  public let detail: JSON
  /// What has become of it.
  public let state: ReservationState
  /// Since when.
  public let createdAt: LedgerTime
  /// When it ends by itself; nil: never, as once somebody outside was asked.
  public let expiresAt: LedgerTime?
  /// When somebody outside was asked.
  public let askedAt: LedgerTime?
  /// When it ended.
  public let endedAt: LedgerTime?
  /// The number of the transaction that it became.
  public let posted: Int64?
  /// Why it was given back.
  public let reason: String?
  /// The last transactions before it began and before it ended.
  let afterSequence: Int64
  let endedAfter: Int64?

  /// Whether its time is over at an instant; only what nobody was asked for has one.
  func isDue(at now: LedgerTime) -> Bool { state == .pending && expiresAt.map { $0 <= now } ?? false }

  /// As the operator reads it.
  public var json: JSON {
    [
      "id": JSON(id.text), "wallet": JSON(wallet.text), "asset": JSON(asset.text), "amount": JSON(amount),
      "purpose": JSON(purpose.rawValue), "detail": detail, "state": JSON(state.rawValue),
      "created_at": JSON(createdAt.wire), "expires_at": JSON(expiresAt?.wire), "asked_at": JSON(askedAt?.wire),
      "ended_at": JSON(endedAt?.wire), "transaction": posted.map { JSON($0) } ?? .null, "reason": JSON(reason),
    ]
  }
}

/// What is to be reserved.
public struct ReservationOrder: Hashable, Sendable {
  /// By what it is known from now on.
  public let id: EntityID
  /// Whose money.
  public let wallet: EntityID
  /// What money.
  public let asset: EntityID
  /// How much, in minor units.
  public let amount: Int64
  /// What for.
  public let purpose: Reservation.Purpose
  /// What belongs to the purpose.
  public let detail: JSON
  /// When it ends by itself if nobody outside was asked until then; nil: never.
  public let expiresAt: LedgerTime?

  /// An order to reserve.
  public init(
    id: EntityID, wallet: EntityID, asset: EntityID, amount: Int64, purpose: Reservation.Purpose, detail: JSON = [:],
    expiresAt: LedgerTime?
  ) {
    self.id = id
    self.wallet = wallet
    self.asset = asset
    self.amount = amount
    self.purpose = purpose
    self.detail = detail
    self.expiresAt = expiresAt
  }

  /// Whether it is this order that was carried out; when it would expire is not a part of it.
  func isOf(_ reservation: Reservation) -> Bool {
    reservation.wallet == wallet && reservation.asset == asset && reservation.amount == amount
      && reservation.purpose == purpose && reservation.detail == detail
  }
}
