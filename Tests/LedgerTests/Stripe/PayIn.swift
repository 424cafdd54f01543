import FedowProtocol
import Model
import Stripe

@testable import Ledger

/// A payment that Stripe took for a wallet, as its event tells of it: the one way in which there is more primary money.
struct PayIn: LedgerCommand {
  let amount: Int64
  let wallet: EntityID
  var payment = "pi_\(EntityID.random())"

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let server = try ledger.books.primaryWallet()
    let mark = StripeMark(server: server, id: ledger.newID(), subject: wallet)
    let metadata = mark.metadata(.checkout)
    let intent = PaymentIntent([
      "object": "payment_intent", "id": JSON(payment), "status": "succeeded", "amount": JSON(amount),
      "amount_received": JSON(amount), "currency": "eur", "created": JSON(ledger.now.microseconds / 1_000_000),
      "metadata": .object(JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })),
    ])
    guard let intent, let paid = StripePaid(intent, server: server) else { throw Refusal(.ledgerBroken) }
    guard case .credited = try ledger.credit(paid) else { throw Refusal(.alreadyExists) }
    return Answer("OK")
  }
}

/// A transfer that Stripe made to a place's account.
struct PayOut: LedgerCommand {
  let amount: Int64
  let place: EntityID
  var transfer = "tr_\(EntityID.random())"

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    if try books.stripeAccount(of: place) == nil {
      try books.insertStripeAccount(of: place, .express, country: "FR", request: ledger.newID(), at: ledger.now)
      try books.setStripeAccount("acct_\(place)", of: place, at: ledger.now)
    }
    let made = ConnectTransfer([
      "object": "transfer", "id": JSON(transfer), "amount": JSON(amount), "amount_reversed": 0, "currency": "eur",
      "created": JSON(ledger.now.microseconds / 1_000_000),
      "destination": JSON(try books.stripeAccount(of: place)?.account),
    ])
    guard let made else { throw Refusal(.ledgerBroken) }
    return try DepositTransfer(place: place, transfer: made).perform(ledger)
  }
}
