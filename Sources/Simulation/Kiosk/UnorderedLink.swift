import FedowProtocol
import Kiosk
import Model

/// A ledger's client that calls each debit another wallet's, so that nothing of a card waits for anything: a planted fault.
struct UnorderedLink: LedgerLink {
  let link: LedgerClient
  let newID: @Sendable () -> EntityID

  var placeWallet: EntityID { link.placeWallet }
  var dialect: any LedgerDialect { link.dialect }

  func readCard(_ firstTagID: String) async throws(Refusal) -> CardReading { try await link.readCard(firstTagID) }

  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit {
    let debit = try link.sign(order)
    return SignedDebit(
      id: debit.id, card: debit.card, wallet: newID(), path: debit.path, body: debit.body, signature: debit.signature,
      payee: debit.payee)
  }

  func renewed(_ debit: SignedDebit) throws(Refusal) -> SignedDebit? { try link.renewed(debit) }

  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome {
    await link.post(debit, isOnly: isOnly, isUrgent: isUrgent)
  }

  func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome {
    await link.inquire(debit, isSettled: isSettled)
  }

  func isReachable() async -> Bool { await link.isReachable() }

  func refill(
    _ firstTagID: String, asset: EntityID?, amount: Amount, primaryCard: String
  ) async throws(Refusal) -> JSON {
    try await link.refill(firstTagID, asset: asset, amount: amount, primaryCard: primaryCard)
  }

  func sign(_ order: VoidOrder) throws(Refusal) -> SignedDebit { try link.sign(order) }

  func call(_ method: String, _ path: String, body: JSON?, patience: Duration) async throws(Refusal) -> JSON {
    try await link.call(method, path, body: body, patience: patience)
  }
}
