import Model

/// What may become of a reservation, and when: two phases, as TigerBeetle's pending transfers have them.
///
/// Pure: no clock, no store. Each reservation ends once; what ended never changes.
public enum ReservationRules {
  /// What is done with a reservation.
  public enum Step: Hashable, Sendable {
    /// Somebody outside is about to be asked: from here on time alone does not end it.
    case ask
    /// So much of it becomes a transaction, in minor units; the rest is given back.
    case post(Int64)
    /// All of it is given back.
    case release
    /// Its time is over.
    case expire
  }

  /// The state after a step.
  /// - Parameters:
  ///   - amount: what is reserved, in minor units.
  ///   - isDue: whether its time is over.
  /// - Throws: `Refusal` with `reservation_ended`, or with `amount_invalid` for more than is reserved.
  public static func state(
    after step: Step, of state: ReservationState, amount: Int64, isDue: Bool
  ) throws(Refusal) -> ReservationState {
    guard state.isOpen else { throw Refusal(.reservationEnded) }
    // What nobody was asked for is over with its time, whether or not that was written down yet.
    let isOver = state == .pending && isDue
    switch step {
    case .ask:
      guard !isOver else { throw Refusal(.reservationEnded) }
      return .asked
    case .post(let posted):
      guard !isOver else { throw Refusal(.reservationEnded) }
      guard (1...amount).contains(posted) else {
        throw Refusal(.amountInvalid, "No more than is reserved can be posted, and no less than 0.01.")
      }
      return .posted
    case .release: return isOver ? .expired : .released
    case .expire:
      guard isOver else { throw Refusal(.tooLate, "This reservation has not expired.") }
      return .expired
    }
  }
}
