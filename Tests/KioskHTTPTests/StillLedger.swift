import FedowProtocol
import Kiosk
import Model

/// A ledger that knows one card and is never asked to debit it.
struct StillLedger: LedgerLink {
  static let card: JSON = [
    "first_tag_id": "68B87420", "wallet": ["uuid": "9efc0662-9f2c-4815-9b9b-5d431557c1a1", "tokens": []],
  ]

  let placeWallet = EntityID.random()
  let dialect: any LedgerDialect = NativeDialect(primaryCard: nil)

  func readCard(_ firstTagID: String) async throws(Refusal) -> CardReading {
    guard firstTagID == "68B87420", let reading = CardReading(parsing: Array(Self.card.compact.utf8)) else {
      throw Refusal(.cardUnknown)
    }
    return reading
  }

  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit { throw Refusal(.keyInvalid) }

  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome { .undecided("still") }

  func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome { .undecided("still") }

  func isReachable() async -> Bool { true }

  func refill(
    _ firstTagID: String, asset: EntityID?, amount: Amount, primaryCard: String
  ) async throws(Refusal) -> JSON {
    ["card": JSON(firstTagID), "amount": JSON(amount.minorUnits), "primary": JSON(primaryCard)]
  }
}
