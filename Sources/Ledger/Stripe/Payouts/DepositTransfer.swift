import FedowProtocol
import GRDB
import Model
import Rules
import Stripe

/// Stripe transferred euros to a place's account: the place's federated money goes to the primary wallet and is burnt, once
/// however often and in whatever way the ledger hears of the transfer.
struct DepositTransfer: LedgerCommand {
  let place: EntityID
  /// As Stripe itself has it.
  let transfer: ConnectTransfer

  /// 201 with the transaction, 208 when it was deposited before or came back.
  /// - Throws: `Refusal`: `forbidden` when it went to another's account, `insufficient_funds` when the place holds less.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    let place = try ledger.caller(place)
    guard try books.stripeDeposit(transfer.id) == nil else { return Self.known }
    guard let account = try books.stripeAccount(of: place.uuid)?.account, account == transfer.destination else {
      throw Refusal(.forbidden, "This transfer did not go to the account of \(place.name).")
    }
    guard try !StripeMark.isOfAnother(transfer.metadata, server: books.primaryWallet()) else {
      throw Refusal(.forbidden, "This transfer was made by another ledger.")
    }
    guard transfer.currency == "eur", let asset = try books.federatedAsset() else {
      throw Refusal(.requestMalformed, "This transfer is in \(transfer.currency), not in euros.")
    }
    let cents = transfer.amount - transfer.amountReversed
    guard cents > 0 else { return Answer(status: 208, "Nothing to deposit") }
    if let answer = try endPayout(ledger) { return answer }
    let held = try books.balance(of: asset.uuid, in: place.wallet) ?? 0
    guard held >= cents else {
      throw Refusal(
        .insufficientFunds,
        "Stripe transferred \(Amount(minorUnits: cents)), and \(place.name) holds \(Amount(minorUnits: held)).")
    }
    let posted = try ledger.post(
      Posting(
        action: .bankDeposit, sender: place.wallet, receiver: try books.primaryWallet(), terms: asset.terms,
        amount: Amount(minorUnits: cents)),
      PostingDetails(metadata: ["transfer": JSON(transfer.id)], stripe: .transferred(cents)))
    try books.insertStripeDeposit(transfer.id, of: place.uuid, by: posted, at: ledger.now)
    return Answer(status: 201, posted.answer.json(card: .null))
  }

  private static let known = Answer(status: 208, "Déjà traité")

  /// A transfer that the ledger itself asked for ends what was reserved for it; nil when there is no such reservation, as
  /// after a restored backup, or when it was given back by hand.
  private func endPayout(_ ledger: LedgerWriter) throws -> Answer? {
    let books = ledger.books
    guard let mark = StripeMark(transfer.metadata, .transfer, server: try books.primaryWallet()),
      let held = try books.reservation(mark.id), held.purpose == .payout
    else { return nil }
    switch held.state {
    case .posted: return Self.known
    case .released, .expired: return nil
    case .pending, .asked:
      guard held.amount == transfer.amount else { throw Refusal(.ledgerBroken, "The transfer is of another amount.") }
      _ = try EndPayout(reservation: held.id, transfer: transfer.id, reason: nil).perform(ledger)
      guard let sequence = try books.reservation(held.id)?.posted,
        let posted = try books.transaction(sequence: sequence)
      else { throw Refusal(.ledgerBroken) }
      return Answer(status: 201, posted.answer.json(card: .null))
    }
  }
}

/// The rows of transfers that were deposited.
extension Books {
  /// The transaction of a transfer; nil when it was not deposited.
  func stripeDeposit(_ transfer: String) throws -> EntityID? {
    try row("SELECT transaction_uuid FROM stripe_deposits WHERE transfer = ?", [transfer]).map {
      try $0.id("transaction_uuid")
    }
  }

  func insertStripeDeposit(_ transfer: String, of place: EntityID, by posted: Posted, at now: LedgerTime) throws {
    try executeRemembered(
      """
      INSERT INTO stripe_deposits (transfer, place, amount, transaction_uuid, deposited_at) VALUES (?, ?, ?, ?, ?)
      """, [transfer, place.text, posted.entry.amount, posted.entry.id.text, now.microseconds])
  }
}
