import FedowProtocol
@testable import Kiosk
import Model
import Rules
import Synchronization
import Transport

/// The books of a Fedow server in memory, as honest as the real one: what arrives twice is debited twice, what is late is
/// committed later, and a worker that is killed leaves a balance without its transaction. It is spoken to in JSON.
final class FedowBooks: LedgerLink {
  enum Fault: CaseIterable {
    case none
    /// The request never arrives, and the kiosk knows it.
    case notSent
    /// The request never arrives.
    case lostRequest
    /// It is committed, and the answer is lost.
    case lostAnswer
    /// It is committed long after the kiosk's time-out.
    case late
    /// The balance is written and the transaction is not; the answer is lost.
    case unrecorded
    /// A refill makes the money and ends before the card has it (protocol section 8, point 9); a sale never arrives.
    case createdOnly
  }

  struct State {
    /// Whether it answers.
    var isThere = true
    var faults: [Fault] = []
    /// Minor units by asset.
    var balances: [EntityID: Int64] = [:]
    /// What the card shows instead of its wallet, once it was linked to a person's or lost.
    var shown: (wallet: EntityID, balances: [EntityID: Int64])?
    /// Newest last.
    var transactions: [JSON] = []
    /// Where each of them stands.
    var numbers: [String: Int] = [:]
    /// What is committed later, and when.
    var late: [(body: JSON, at: LedgerTime)] = []
    /// Assets of which the next sale is refused.
    var refused: Set<EntityID> = []
    /// How many sales arrived, by the debit's id.
    var arrived: [String: Int] = [:]
    /// How often the whole list was asked for.
    var listed = 0
    /// What stands in place of the list.
    var list: String?
    /// What happens when the whole list is asked for, before it is written.
    var beforeListing: (@Sendable () -> Void)?
  }

  static let settling = Duration.seconds(60)
  static let card = "68B87420"

  let placeWallet = EntityID.random()
  let wallet = EntityID.random()
  let gift = EntityID.random()
  let own = EntityID.random()
  let federated = EntityID.random()
  let clock: ManualClock
  let dialect: any LedgerDialect
  let state = Mutex(State())

  init(clock: ManualClock) {
    self.clock = clock
    dialect = FedowDialect(placeWallet: placeWallet, primaryCard: "333C9A6E", settlingTime: Self.settling)
    script { $0.balances = [gift: 200, own: 500, federated: 1_000] }
  }

  @discardableResult func script<Value: Sendable>(_ change: (inout State) -> Value) -> Value {
    state.withLock { change(&$0) }
  }

  func readCard(_: String) async throws(Refusal) -> CardReading {
    guard script({ $0.isThere }) else { throw Refusal(.ledgerUnreachable) }
    guard let reading = CardReading(parsing: Array(cardJSON().compact.utf8)) else { throw Refusal(.ledgerRefused) }
    return reading
  }

  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit { try dialect.sign(order, with: try credentials()) }

  func sign(_ order: VoidOrder) throws(Refusal) -> SignedDebit { try dialect.sign(order, with: try credentials()) }

  private func credentials() throws(Refusal) -> PlaceCredentials {
    guard let credentials = try? ScriptedLedger.credentials.get() else { throw Refusal(.keyInvalid) }
    return credentials
  }

  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome {
    commitWhatIsDue()
    guard script({ $0.isThere }) else { return .undecided("away") }
    guard let body = try? JSON.parse(debit.body) else { return .undecided("not JSON") }
    let answer: HTTPResponse? = script { state in
      let fault = state.faults.isEmpty ? .none : state.faults.removeFirst()
      let isRefill = body["sender"]?.text == placeWallet.text
      if fault == .notSent || fault == .lostRequest || fault == .createdOnly && !isRefill { return nil }
      state.arrived[debit.id.text, default: 0] += 1
      if fault == .late {
        state.late.append((body, LedgerTime(microseconds: clock.wallTime().microseconds + 45_000_000)))
        return nil
      }
      if fault == .createdOnly {
        create(body, &state)
        return nil
      }
      let answer = commit(body, isRecorded: fault != .unrecorded, &state)
      return fault == .none ? answer : nil
    }
    return answer.map { dialect.outcome(of: debit, answer: $0, isOnly: isOnly) } ?? .undecided("no answer")
  }

  func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome {
    commitWhatIsDue()
    guard script({ $0.isThere }) else { return .undecided("away") }
    var inquiry = dialect.inquiry(about: debit, isSettled: isSettled)
    var answer: HTTPResponse?
    while true {
      switch inquiry.next(after: answer) {
      case .ask(let path): answer = get(path)
      case .search(_, let search): answer = list(search)
      case .conclude(let outcome): return outcome
      }
    }
  }

  func isReachable() async -> Bool { true }

  func refill(_: String, asset: EntityID?, amount: Amount, primaryCard: String) async throws(Refusal) -> JSON { nil }

  /// Another till's sale of the same card, or to another wallet.
  func sellElsewhere(_ asset: EntityID, _ amount: Int64, to buyer: EntityID? = nil, previous: String? = nil) {
    script { state in
      _ = commit(
        body(amount, of: asset, from: buyer ?? wallet, to: placeWallet), isRecorded: true, &state, previous: previous)
    }
  }

  /// Another till's refill of the same card.
  func refillElsewhere(_ asset: EntityID, _ amount: Int64) {
    script { state in
      _ = commit(body(amount, of: asset, from: placeWallet, to: wallet), isRecorded: true, &state)
    }
  }

  /// The card is linked to a person: all that its wallet held is fused into theirs.
  func link(to owner: EntityID) {
    script { state in
      for (asset, amount) in state.balances where amount > 0 {
        append(body(amount, of: asset, from: wallet, to: owner), "FUS", &state)
      }
      state.shown = (owner, state.balances)
      state.balances = [:]
    }
  }

  /// The card is reported lost: its wallet keeps what it holds, and the card gets another, which holds nothing.
  func lose() { script { $0.shown = (.random(), [:]) } }

  private func body(_ amount: Int64, of asset: EntityID, from sender: EntityID, to receiver: EntityID) -> JSON {
    [
      "amount": JSON(amount), "sender": JSON(sender.text), "receiver": JSON(receiver.text),
      "asset": JSON(asset.text), "metadata": nil,
    ]
  }

  func commitWhatIsDue() {
    let now = clock.wallTime()
    script { state in
      for late in state.late where late.at <= now { _ = commit(late.body, isRecorded: true, &state) }
      state.late.removeAll { $0.at <= now }
    }
  }

  private func commit(
    _ body: JSON, isRecorded: Bool, _ state: inout State, previous: String? = nil
  ) -> HTTPResponse {
    guard let asset = body["asset"]?.text.flatMap({ EntityID($0) }), let amount = body["amount"]?.int64 else {
      return HTTPResponse(status: 400, body: [])
    }
    let isSale = body["receiver"]?.text == placeWallet.text
    let isOurs = [body["sender"]?.text, body["receiver"]?.text].contains(wallet.text)
    if isOurs && isSale && (state.refused.contains(asset) || state.balances[asset] ?? 0 < amount) {
      return HTTPResponse(
        status: 400, body: Array(#"{"non_field_errors":["Not enough token on sender wallet"]}"#.utf8))
    }
    if isOurs { state.balances[asset, default: 0] += isSale ? -amount : amount }
    guard isRecorded else { return HTTPResponse(status: 500, body: []) }
    if !isSale { create(body, &state) }
    var json = append(body, isSale ? "SAL" : "REF", &state, previous: previous)
    json["card"] = cardJSON(state)
    return HTTPResponse(status: 201, body: Array(JSON.object(json).compact.utf8))
  }

  /// The creation of the money that a refill gives away. The server writes the refill's metadata onto it (recording 170).
  private func create(_ body: JSON, _ state: inout State) {
    var creation = body.object ?? JSONObject()
    creation["receiver"] = JSON(placeWallet.text)
    append(.object(creation), "CRE", &state)
  }

  @discardableResult private func append(
    _ body: JSON, _ action: String, _ state: inout State, previous: String? = nil
  ) -> JSONObject {
    let last = state.transactions.last { $0["asset"] == body["asset"] }?["uuid"]?.text
    let uuid = EntityID.random().text
    var json = JSONObject([
      ("uuid", JSON(uuid)), ("action", JSON(action)), ("hash", "ab"),
      ("datetime", JSON(clock.wallTime().wire)), ("previous_transaction", JSON(previous ?? last ?? uuid)),
    ])
    for key in ["sender", "receiver", "asset", "amount", "metadata"] { json[key] = body[key] ?? JSON.null }
    state.numbers[uuid] = state.transactions.count
    state.transactions.append(.object(json))
    return json
  }

  private func cardJSON() -> JSON { state.withLock { cardJSON($0) } }

  private func cardJSON(_ state: State) -> JSON {
    let kinds = [(gift, "TNF", true), (own, "TLF", true), (federated, "FED", false)]
    let (wallet, balances) = state.shown ?? (wallet, state.balances)
    let tokens = kinds.compactMap { asset, category, isOwn -> JSON? in
      guard state.shown == nil || balances[asset] != nil else { return nil }
      return [
        "asset_uuid": JSON(asset.text), "asset_name": JSON(category), "asset_category": JSON(category),
        "value": JSON(balances[asset] ?? 0),
        "asset": ["wallet_origin": JSON(isOwn ? placeWallet.text : EntityID.random().text)],
        "last_transaction": state.transactions.last { transaction in
          transaction["asset"]?.text == asset.text
            && [transaction["sender"]?.text, transaction["receiver"]?.text].contains(wallet.text)
        } ?? nil,
      ]
    }
    return [
      "first_tag_id": JSON(Self.card), "number_printed": "FB97E06A", "is_wallet_ephemere": true,
      "wallet": ["uuid": JSON(wallet.text), "tokens": .array(tokens)],
    ]
  }

  private func get(_ path: String) -> HTTPResponse {
    if path.hasPrefix("/card/") { return HTTPResponse(status: 200, body: Array(cardJSON().compact.utf8)) }
    let uuid = path.dropFirst("/transaction/".count).dropLast()
    guard let found = script({ state in state.numbers[String(uuid)].map { state.transactions[$0] } }) else {
      return HTTPResponse(status: 404, body: [])
    }
    return HTTPResponse(status: 200, body: Array(found.compact.utf8))
  }

  private func list(_ search: ListSearch) -> HTTPResponse {
    script { $0.beforeListing }?()
    let list = script { state in
      state.listed += 1
      let card = cardJSON(state)
      return state.list
        ?? JSON.array(
          state.transactions.reversed().map { transaction in
            var row = transaction.object ?? JSONObject()
            row["card"] = card
            return .object(row)
          }
        ).compact
    }
    var (search, rest) = (search, Array(list.utf8)[...])
    while !rest.isEmpty, search.take(Array(rest.prefix(7))) { rest = rest.dropFirst(7) }
    return HTTPResponse(status: 200, body: search.found)
  }
}
