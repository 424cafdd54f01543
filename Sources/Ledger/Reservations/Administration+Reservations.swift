import FedowProtocol
import Model

extension Administration {
  /// Reservations in the order in which they began; those alone that have not ended, or all.
  public func reservations(open: Bool) async throws -> [Reservation] {
    try await store.withClock(clock).read { try $0.reservations(open: open) }
  }

  /// One reservation.
  /// - Throws: `Refusal` with `not_found`.
  public func reservation(_ id: String) async throws -> Reservation {
    try await store.read { books in
      guard let reservation = try EntityID(id).flatMap({ try books.reservation($0) }) else {
        throw Refusal(.notFound, "There is no reservation '\(id)'. See: ledgerd reservations list")
      }
      return reservation
    }
  }

  /// Gives a reserved sum back by hand.
  ///
  /// - Parameter isAnswered: that the operator knows that nobody outside pays: without it, one for which somebody may have
  ///   been asked is not given back, because the money could then be spent and paid out too.
  /// - Throws: `Refusal` with `money_reserved` or `reservation_ended`.
  public func release(reservation id: EntityID, isAnswered: Bool) async throws -> Reservation {
    try await write { ledger in
      guard let reservation = try ledger.books.reservation(id) else { throw Refusal(.notFound) }
      guard reservation.state != .asked || isAnswered else {
        throw Refusal(
          .moneyReserved,
          "Somebody outside was asked to pay this and may do so. Look there first; then repeat with --not-paid.")
      }
      try ledger.release(reservation: id, because: "released by the operator")
      try ledger.books.note(
        Books.AuditEntry(
          "reservation_released", place: nil,
          detail: [
            "reservation": JSON(id.text), "wallet": JSON(reservation.wallet.text), "amount": JSON(reservation.amount),
            "state": JSON(reservation.state.rawValue),
          ]), at: ledger.now)
      guard let released = try ledger.books.reservation(id) else { throw Refusal(.ledgerBroken) }
      return released
    }
  }
}
