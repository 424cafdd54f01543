import FedowProtocol
import Model
import Rules

extension Reservation.Purpose {
  /// A place's primary tokens on their way to its account at Stripe, in euros.
  public static let payout = Self(rawValue: "payout")
}

/// Reserves what a place is to be paid out, before Stripe is asked.
struct BeginPayout: LedgerCommand {
  let place: EntityID
  /// Cents, as they were shown.
  let amount: Int64

  /// 201 with the reservation.
  /// - Throws: `Refusal`: `money_reserved` while an earlier one goes on, `insufficient_funds`, `forbidden` where Stripe
  ///   does not pay the place's account.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    guard let place = try books.place(place), let asset = try books.federatedAsset() else { throw Refusal(.notFound) }
    guard let account = try books.stripeAccount(of: place.uuid), account.transfersActive, let name = account.account
    else {
      throw Refusal(.forbidden, "Stripe does not pay \(place.name) yet. See: ledgerd stripe connect")
    }
    if try books.openReservations(of: asset.uuid, in: place.wallet).contains(where: { $0.purpose == .payout }) {
      throw Refusal(.moneyReserved, "An earlier payout of \(place.name) waits for Stripe's answer.")
    }
    let reservation = try ledger.reserve(
      ReservationOrder(
        id: ledger.newID(), wallet: place.wallet, asset: asset.uuid, amount: amount, purpose: .payout,
        detail: ["place": JSON(place.uuid.text), "account": JSON(name)], expiresAt: nil))
    try ledger.setAsked(reservation: reservation.id)
    return Answer(status: 201, ["reservation": JSON(reservation.id.text)])
  }
}

/// Stripe's word about a payout: the tokens are burnt, or can be spent again.
struct EndPayout: LedgerCommand {
  let reservation: EntityID
  /// `tr_...`; nil when Stripe refused.
  let transfer: String?
  let reason: String?

  /// 200; nothing changes the second time.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    guard let held = try books.reservation(reservation), let asset = try books.asset(held.asset) else {
      throw Refusal(.ledgerBroken)
    }
    guard let transfer else {
      try ledger.release(reservation: reservation, because: reason)
      return Answer(["state": "released"])
    }
    let posted = try ledger.post(
      reservation: reservation,
      as: Posting(
        action: .bankDeposit, sender: held.wallet, receiver: try books.primaryWallet(), terms: asset.terms,
        amount: Amount(minorUnits: held.amount)),
      PostingDetails(
        metadata: ["payout": JSON(reservation.text), "transfer": JSON(transfer)], stripe: .transferred(held.amount)))
    return Answer(["state": "posted", "transaction": JSON(posted.entry.id.text), "transfer": JSON(transfer)])
  }
}
