import FedowProtocol
import Kiosk
import Model
import Synchronization

/// A ledger that knows cards by their sheets, notes what it is asked, and answers as told.
final class LifeLedger: LedgerLink {
  struct Call: Sendable {
    let method: String
    let path: String
    let body: JSON?
  }

  struct State {
    var calls: [Call] = []
    var sheets: [JSON] = []
    /// What the next POSTs meet; then they are answered.
    var refusals: [Refusal] = []
    var isBlocked = false
    /// What something in between says to every POST.
    var answerOfAnother: JSON?
  }

  let placeWallet = EntityID.random()
  let dialect: any LedgerDialect = NativeDialect(primaryCard: nil)
  let state = Mutex(State())

  func script<Value: Sendable>(_ change: (inout State) -> Value) -> Value { state.withLock { change(&$0) } }

  /// The POSTs so far.
  var posts: [Call] { state.withLock { $0.calls.filter { $0.method == "POST" } } }

  static func sheet(_ tag: String, _ number: String) -> JSON {
    ["tag": JSON(tag), "number_printed": JSON(number), "state": "usable"]
  }

  func readCard(_ tag: String) async throws(Refusal) -> CardReading {
    if tag != "0A0B0C0D", script({ $0.isBlocked }) { throw Refusal(.cardBlocked) }
    return CardReading(
      card: CardSnapshot(
        firstTagID: tag, numberPrinted: "N", wallet: EntityID.random(), isEphemeral: true, holdings: []),
      isPrimary: tag == "0A0B0C0D", body: Array("{}".utf8))
  }

  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit { throw Refusal(.keyInvalid) }
  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome { .undecided("none") }
  func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome { .undecided("none") }
  func isReachable() async -> Bool { true }
  func refill(_: String, asset: EntityID?, amount: Amount, primaryCard: String) async throws(Refusal) -> JSON { nil }

  func call(_ method: String, _ path: String, body: JSON?, patience: Duration) async throws(Refusal) -> JSON {
    let (refusal, sheets) = script { state in
      state.calls.append(Call(method: method, path: path, body: body))
      let refusal = method == "POST" && !state.refusals.isEmpty ? state.refusals.removeFirst() : nil
      return (refusal, state.sheets)
    }
    if let refusal { throw refusal }
    if path.hasPrefix("/v1/cards/?q=") { return ["cards": .array(sheets)] }
    let subject = path.split(separator: "/").dropFirst(2).first.map { String($0) }
    return script { $0.answerOfAnother } ?? ["tag": JSON(subject)]
  }
}
