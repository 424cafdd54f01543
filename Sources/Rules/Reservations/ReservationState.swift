/// What has become of a reservation.
public enum ReservationState: String, Sendable, CaseIterable {
  /// Nobody outside knows of it yet; it expires by itself.
  case pending
  /// Somebody outside may have been asked to pay: only their answer ends it.
  case asked
  /// It became a transaction.
  case posted
  /// It was given back.
  case released
  /// Nobody asked in time, and it was given back.
  case expired

  /// Whether its sum still lies fast.
  public var isOpen: Bool { self == .pending || self == .asked }
}
