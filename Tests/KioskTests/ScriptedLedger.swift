import FedowProtocol
import Kiosk
import Model
import Rules
import Signing
import Synchronization

/// A ledger in memory that answers as the test's script says, and remembers every byte that it was sent.
final class ScriptedLedger: LedgerLink {
  enum Fault: CaseIterable {
    case none
    /// The request never arrives.
    case lostRequest
    /// It arrives and is posted, and the answer is lost.
    case lostAnswer
  }

  struct State {
    var balance: Int64 = 1_000
    var faults: [Fault] = []
    var cardRefusal: Refusal?
    var postRefusal: Refusal?
    var arrived: [SignedDebit] = []
    var posted: [EntityID: Receipt] = [:]
    var inquiries = 0
  }

  static let credentials = Result {
    try PlaceCredentials(apiKey: "TESTONLY." + String(repeating: "x", count: 32), key: .generate())
  }

  let placeWallet = EntityID.random()
  let asset = EntityID.random()
  let wallet = EntityID.random()
  let dialect: any LedgerDialect = NativeDialect(primaryCard: nil)
  let state = Mutex(State())

  func script(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

  func readCard(_ firstTagID: String) async throws(Refusal) -> CardReading {
    let (refusal, balance) = state.withLock { ($0.cardRefusal, $0.balance) }
    if let refusal { throw refusal }
    let holding = Holding(
      asset: asset, assetName: "Euro du Bar", category: .localFiat, issuerWallet: placeWallet,
      balance: Amount(minorUnits: balance))
    let card = CardSnapshot(
      firstTagID: firstTagID, numberPrinted: "FB97E06A", wallet: wallet, isEphemeral: true, holdings: [holding])
    return CardReading(card: card, body: Array("{}".utf8))
  }

  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit {
    guard let credentials = try? Self.credentials.get() else { throw Refusal(.keyInvalid) }
    return try dialect.sign(order, with: credentials)
  }

  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome {
    state.withLock { state in
      let fault = state.faults.isEmpty ? .none : state.faults.removeFirst()
      if fault == .lostRequest { return .undecided("lost") }
      state.arrived.append(debit)
      if let refusal = state.postRefusal { return .refused(refusal) }
      let receipt = state.posted[debit.id] ?? post(debit, &state)
      state.posted[debit.id] = receipt
      return fault == .lostAnswer ? .undecided("lost") : .posted(receipt)
    }
  }

  func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome {
    state.withLock { state in
      state.inquiries += 1
      let fault = state.faults.isEmpty ? .none : state.faults.removeFirst()
      if fault != .none { return .undecided("lost") }
      return state.posted[debit.id].map { .posted($0) } ?? .absent
    }
  }

  func isReachable() async -> Bool { true }

  func refill(_: String, asset: EntityID?, amount: Amount, primaryCard: String) async throws(Refusal) -> JSON { nil }

  private func post(_ debit: SignedDebit, _ state: inout State) -> Receipt {
    let amount = (try? JSON.parse(debit.body))?["parts"]?.elements?.first?["amount"]?.int64 ?? 0
    let before = state.balance
    state.balance -= amount
    let transaction: JSON = [
      "uuid": JSON(EntityID.random().text), "hash": "00", "asset": JSON(asset.text), "amount": JSON(amount),
      "datetime": "2026-11-23T00:00:00Z",
    ]
    let balance: JSON = ["asset": JSON(asset.text), "before": JSON(before), "after": JSON(state.balance)]
    let json: JSON = [
      "id": JSON(debit.id.text), "card": JSON(debit.card), "transactions": [transaction], "balances": [balance],
    ]
    guard let receipt = Receipt(json) else { preconditionFailure("the script's receipt is not one") }
    return receipt
  }
}
