import FedowProtocol
import Model
import Rules

/// Two phases for what must wait for an answer from outside: first a sum is reserved, then it is posted or given back.
///
/// Whoever asks outside does it between two commits: reserve and ask are committed before the request leaves, and the
/// answer, whenever and however often it comes, ends the reservation once.
extension LedgerWriter {
  /// Reserves a sum; the same order again finds it reserved already.
  /// - Throws: `Refusal`: `insufficient_funds`, `amount_invalid`, `idempotency_conflict` for another order of this id.
  @discardableResult
  func reserve(_ order: ReservationOrder) throws -> Reservation {
    if let known = try books.reservation(order.id) {
      guard order.isOf(known) else { throw Refusal(.idempotencyConflict) }
      return known
    }
    guard order.amount > 0 else { throw Refusal(.amountInvalid) }
    guard let asset = try books.asset(order.asset) else { throw Refusal(.notFound, "There is no such asset.") }
    try melt(asset.terms, in: order.wallet)
    try freeExpired(asset.terms, in: order.wallet)
    guard let token = try books.token(of: asset.uuid, in: order.wallet) else { throw Refusal(.insufficientFunds) }
    _ = try PostingRules.balance(
      after: Movement(wallet: order.wallet, delta: -order.amount), from: token.balance, reserved: token.reserved)
    try books.insert(order, at: LedgerTime(microseconds: try books.meltingInstant(of: asset.uuid)))
    try books.addReserved(order.amount, of: asset.uuid, in: order.wallet)
    return try existingReservation(order.id)
  }

  /// Notes, before anybody outside is asked, that they may be: from here on only their answer ends it.
  /// - Throws: `Refusal` with `reservation_ended`.
  func setAsked(reservation id: EntityID) throws {
    let reservation = try existingReservation(id)
    guard reservation.state != .asked else { return }
    _ = try state(after: .ask, of: reservation)
    try books.setAsked(reservation, at: now)
  }

  /// Makes a transaction of a reservation, of all of it or of a part, and gives the rest back; a repetition finds it.
  /// - Throws: `Refusal`: `reservation_ended` when it was given back, `idempotency_conflict` when it became another
  ///   transaction, and those of the posting rules.
  @discardableResult
  func post(
    reservation id: EntityID, as posting: Posting, _ details: PostingDetails = PostingDetails()
  ) throws -> Books.Posted {
    let reservation = try existingReservation(id)
    if let sequence = reservation.posted, let posted = try books.transaction(sequence: sequence) {
      guard posted.entry.isOf(posting) else { throw Refusal(.idempotencyConflict) }
      return posted
    }
    guard posting.sender == reservation.wallet, posting.terms.asset == reservation.asset else {
      throw Refusal(.requestMalformed, "This is not what was reserved.")
    }
    guard posting.action != .sale || details.authority?.wallet == posting.sender else { throw Refusal(.noDelegation) }
    let state = try state(after: .post(posting.amount.minorUnits), of: reservation)
    // What is reserved does not melt, so what is due is posted before it is not reserved any more.
    try meltBefore(posting)
    let end = try end(as: state, of: reservation.asset)
    try books.addReserved(-reservation.amount, of: reservation.asset, in: reservation.wallet)
    let posted = try record(posting, details)
    try books.end(reservation, end.becoming(posted.sequence))
    return posted
  }

  /// Gives a reserved sum back; a repetition does nothing.
  /// - Throws: `Refusal` with `reservation_ended` when it was posted.
  func release(reservation id: EntityID, because reason: String?) throws {
    let reservation = try existingReservation(id)
    guard reservation.state != .released, reservation.state != .expired else { return }
    try giveBack(reservation, as: try state(after: .release, of: reservation), reason)
  }

  /// Ends reservations whose time is over.
  /// - Returns: how many.
  func expire(reservations ids: [EntityID]) throws -> Int {
    let due = try ids.compactMap { try books.reservation($0) }.filter { $0.isDue(at: now) }
    for reservation in due { try giveBack(reservation, as: try state(after: .expire, of: reservation), nil) }
    return due.count
  }

  /// Before a balance is spent from: ends what lies fast in it and is over.
  func freeExpired(_ asset: AssetTerms, in wallet: EntityID) throws {
    guard let token = try books.token(of: asset.asset, in: wallet), token.reserved > 0 else { return }
    for reservation in try books.openReservations(of: asset.asset, in: wallet) where reservation.isDue(at: now) {
      try giveBack(reservation, as: try state(after: .expire, of: reservation), nil)
    }
  }

  private func giveBack(_ reservation: Reservation, as state: ReservationState, _ reason: String?) throws {
    guard let asset = try books.asset(reservation.asset) else { throw Refusal(.ledgerBroken) }
    try melt(asset.terms, in: reservation.wallet)
    var end = try end(as: state, of: reservation.asset)
    end.reason = reason
    try books.addReserved(-reservation.amount, of: reservation.asset, in: reservation.wallet)
    try books.end(reservation, end)
  }

  private func end(as state: ReservationState, of asset: EntityID) throws -> Books.ReservationEnd {
    Books.ReservationEnd(
      state: state, at: LedgerTime(microseconds: try books.meltingInstant(of: asset)),
      after: try books.lastSequence())
  }

  private func state(after step: ReservationRules.Step, of reservation: Reservation) throws -> ReservationState {
    try ReservationRules.state(
      after: step, of: reservation.state, amount: reservation.amount, isDue: reservation.isDue(at: now))
  }

  private func existingReservation(_ id: EntityID) throws -> Reservation {
    guard let reservation = try books.reservation(id) else {
      throw Refusal(.notFound, "There is no reservation of this id.")
    }
    return reservation
  }
}

extension Books.ReservationEnd {
  fileprivate func becoming(_ sequence: Int64) -> Self {
    var end = self
    end.posted = sequence
    return end
  }
}

extension ChainEntry {
  /// Whether it says what a posting says.
  fileprivate func isOf(_ posting: Posting) -> Bool {
    action == posting.action && sender == posting.sender && receiver == posting.receiver
      && asset == posting.terms.asset && amount == posting.amount.minorUnits
  }
}

extension LedgerWriter {
  /// Before a wallet is given up: what is reserved in it could come back to nobody.
  /// - Throws: `Refusal` with `money_reserved`.
  func checkNothingIsReserved(in wallet: EntityID?) throws {
    guard let wallet else { return }
    for token in try books.storedTokens(in: wallet) where token.reserved > 0 {
      guard try books.reservedAmount(token, in: wallet) == 0 else { throw Refusal(.moneyReserved) }
    }
  }
}
