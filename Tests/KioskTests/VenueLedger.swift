import FedowProtocol
import Kiosk
import Model
import Rules
import Synchronization

/// A ledger of many cards in memory, which can go away and come back, refuses as told, and notes what arrived in order.
final class VenueLedger: LedgerLink {
  struct State {
    var isThere = true
    /// What happens while the next card is read.
    var whileReading: (@Sendable () async -> Void)?
    /// What happens when the policy is asked for, and the ledger is away by then.
    var insteadOfPolicy: (@Sendable () -> Void)?
    /// What happens when a refused debit is to be settled, before the ledger does it.
    var beforeSettling: (@Sendable () throws(Refusal) -> Void)?
    /// What something in between says to whoever wants something settled or revoked.
    var answerOfAnother: JSON?
    /// Minor units by tag id.
    var balances: [String: Int64] = [:]
    var operators: Set<String> = []
    /// How much more of the money its place takes: it is another's then, and cards are read as the native call tells them.
    var room: Int64?
    var refusal: Refusal?
    /// Cards whose debits are refused.
    var refusals: [String: Refusal] = [:]
    /// What it says of refused debits; it knows nothing of those that are not here.
    var reports: [EntityID: JSON] = [:]
    /// How many answers are lost after the posting was made.
    var lostAnswers = 0
    var arrived: [(wallet: EntityID, id: EntityID)] = []
    var posted: [EntityID: Int64] = [:]
    var bodies: [EntityID: [UInt8]] = [:]
    var voids: [EntityID: EntityID] = [:]
    var hotlist: [(tag: String, state: String)] = []
    var version: Int64 = 1
    var calls: [String] = []
    /// By tag id: how its holder's membership stands, as a native card says it. A card without an entry is told in the
    /// Fedow protocol's way.
    var memberships: [String: JSON] = [:]
  }

  let placeWallet: EntityID
  let asset = EntityID.random()
  let place = EntityID.random()
  let membership = EntityID.random()
  let dialect: any LedgerDialect
  let state = Mutex(State())
  private let wallets = Mutex<[String: EntityID]>([:])

  init() {
    placeWallet = .random()
    dialect = NativeDialect(
      primaryCard: nil, identity: .init(place: place, placeWallet: placeWallet, device: nil))
  }

  func script<Value: Sendable>(_ change: (inout State) -> Value) -> Value { state.withLock { change(&$0) } }

  func wallet(_ card: String) -> EntityID {
    wallets.withLock { wallets in
      let wallet = wallets[card] ?? .random()
      wallets[card] = wallet
      return wallet
    }
  }

  func readCard(_ card: String) async throws(Refusal) -> CardReading {
    let meanwhile = script { state in
      defer { state.whileReading = nil }
      return state.whileReading
    }
    await meanwhile?()
    let (isThere, balance, isPrimary) = script { ($0.isThere, $0.balances[card], $0.operators.contains(card)) }
    guard isThere else { throw Refusal(.ledgerUnreachable) }
    guard let balance else { throw Refusal(.cardUnknown) }
    if let room = script({ $0.room }) {
      guard let reading = dialect.reading(parsing: native(card, balance, room: room)) else {
        throw Refusal(.ledgerRefused)
      }
      return reading
    }
    if let member = script({ $0.memberships[card] }) { return try nativeCard(card, balance: balance, member) }
    let json: JSON = [
      "first_tag_id": JSON(card), "is_primary": .bool(isPrimary),
      "wallet": [
        "uuid": JSON(wallet(card).text),
        "tokens": [
          [
            "asset_uuid": JSON(asset.text), "value": JSON(balance), "asset_category": "TLF", "asset_name": "Euro",
            "asset": ["wallet_origin": JSON(placeWallet.text)],
          ]
        ],
      ],
    ]
    guard let reading = CardReading(parsing: Array(json.compact.utf8)) else { throw Refusal(.ledgerRefused) }
    return reading
  }

  private func native(_ card: String, _ balance: Int64, room: Int64) -> [UInt8] {
    let json: JSON = [
      "tag": JSON(card), "card": JSON(EntityID.random().text), "wallet": JSON(wallet(card).text), "state": "usable",
      "is_primary": false,
      "holdings": [
        [
          "asset": JSON(asset.text), "name": "Coin", "category": "FED", "balance": JSON(balance), "is_accepted": true,
          "room": JSON(room),
        ]
      ],
      "delegations": [
        ["id": JSON(EntityID.random().text), "per_tap": nil, "per_day": nil, "total": nil, "purpose": "tap"]
      ],
    ]
    return Array(json.compact.utf8)
  }

  private func nativeCard(_ card: String, balance: Int64, _ member: JSON) throws(Refusal) -> CardReading {
    var standing = member.object ?? JSONObject()
    standing["asset"] = JSON(membership.text)
    let money: JSON = [
      "asset": JSON(asset.text), "name": "Euro", "category": "TLF", "origin_place": JSON(place.text),
      "balance": JSON(balance), "is_accepted": true,
    ]
    let membership: JSON = [
      "asset": JSON(membership.text), "name": "Member", "category": "SUB", "origin_place": JSON(place.text),
      "balance": 0,
      "is_accepted": false, "membership": .object(standing),
    ]
    let everyone: JSON = [
      "id": JSON(EntityID.random().text), "assets": nil, "purpose": "tap", "per_tap": nil, "per_day": nil, "total": nil,
    ]
    let json: JSON = [
      "tag": JSON(card), "wallet": JSON(wallet(card).text), "state": "usable", "holdings": [money, membership],
      "delegations": [everyone],
    ]
    guard let reading = dialect.reading(parsing: Array(json.compact.utf8)) else { throw Refusal(.ledgerRefused) }
    return reading
  }

  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit {
    guard let credentials = try? ScriptedLedger.credentials.get() else { throw Refusal(.keyInvalid) }
    return try dialect.sign(order, with: credentials)
  }

  func sign(_ order: VoidOrder) throws(Refusal) -> SignedDebit {
    guard let credentials = try? ScriptedLedger.credentials.get() else { throw Refusal(.keyInvalid) }
    return try dialect.sign(order, with: credentials)
  }

  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome {
    script { state in
      guard state.isThere else { return .undecided("away") }
      if let before = state.bodies[debit.id], before != debit.body { return .refused(Refusal(.idempotencyConflict)) }
      state.bodies[debit.id] = debit.body
      state.arrived.append((debit.wallet, debit.id))
      if let refusal = state.refusal ?? state.refusals[debit.card] { return .refused(refusal) }
      let amount = take(debit, &state)
      if state.lostAnswers > 0 {
        state.lostAnswers -= 1
        return .undecided("lost")
      }
      return receipt(debit, amount, state).map { .posted($0) } ?? .undecided("the script's receipt is not one")
    }
  }

  func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome {
    script { state in
      guard state.isThere else { return .undecided("away") }
      guard let amount = state.posted[debit.id] else { return .absent }
      return receipt(debit, amount, state).map { .posted($0) } ?? .undecided("the script's receipt is not one")
    }
  }

  func isReachable() async -> Bool { script { $0.isThere } }

  func refill(_: String, asset: EntityID?, amount: Amount, primaryCard: String) async throws(Refusal) -> JSON {
    ["hash": "ab", "primary": JSON(primaryCard)]
  }

  func call(_ method: String, _ path: String, body: JSON?, patience: Duration) async throws(Refusal) -> JSON {
    let state = script { state in
      state.calls.append("\(method) \(path)")
      return state
    }
    guard state.isThere else { throw Refusal(.ledgerUnreachable) }
    if path.hasPrefix("/v1/policy/") {
      if let insteadOfPolicy = state.insteadOfPolicy {
        insteadOfPolicy()
        script { $0.isThere = false }
        throw Refusal(.ledgerUnreachable)
      }
      return [
        "offline": ["is_allowed": true, "per_card": 1_000, "per_device": 100_000, "longest_s": 7_200],
        "hotlist_longest_s": 7_200, "void_window_s": 300, "spend_order": ["federated", "own_local"],
      ]
    }
    if path.hasPrefix("/v1/hotlist/") {
      return [
        "version": JSON(state.version),
        "entries": .array(state.hotlist.map { ["tag": JSON($0.tag), "state": JSON($0.state)] }),
      ]
    }
    if path.hasPrefix("/v1/unsettled/") {
      let open = state.reports.filter { $0.value["settlement"] == "open" }
      return .array(open.keys.map { ["debit": JSON($0.text)] })
    }
    if method == "GET", path.hasPrefix("/v1/debits/") {
      guard let report = state.reports.first(where: { path == "/v1/debits/\($0.key.text)/" }) else {
        throw Refusal(.notFound)
      }
      return report.value
    }
    if let answer = state.answerOfAnother { return answer }
    if path.hasSuffix("/revoke/") { return ["device": JSON(String(path.split(separator: "/")[2]))] }
    guard path.hasSuffix("/settle/") else { return [:] }
    try state.beforeSettling?()
    let (id, isRetry) = (JSON(String(path.split(separator: "/")[2])), body?["how"] == "retry")
    return isRetry
      ? ["id": id, "state": "posted"] : ["id": id, "state": "refused", "settlement": "forgiven"]
  }

  /// Moves the money once for each id, back for a void.
  private func take(_ debit: SignedDebit, _ state: inout State) -> Int64 {
    if let before = state.posted[debit.id] { return before }
    let body = try? JSON.parse(debit.body)
    var amount = body?["parts"]?.elements?.compactMap { $0["amount"]?.int64 }.reduce(0, +) ?? 0
    if debit.path.hasSuffix("/void/"), let voided = EntityID(String(debit.path.dropFirst(11).prefix(36))) {
      amount = -(state.posted[voided] ?? 0)
      state.voids[voided] = debit.id
    }
    state.balances[debit.card, default: 0] -= amount
    state.posted[debit.id] = amount
    return amount
  }

  private func receipt(_ debit: SignedDebit, _ amount: Int64, _ state: State) -> Receipt? {
    let entrance = (try? JSON.parse(debit.body))?["entrance"]
    return Receipt([
      "entrance": entrance == nil ? nil : ["membership": JSON(membership.text), "standing": "valid"],
      "id": JSON(debit.id.text), "card": JSON(debit.card),
      "transactions": entrance != nil && amount == 0
        ? []
        : [
          [
            "uuid": JSON(EntityID.random().text), "hash": "00", "asset": JSON(asset.text), "amount": JSON(amount),
            "datetime": "2026-11-23T00:00:00Z",
          ]
        ], "balances": [["asset": JSON(asset.text), "after": JSON(state.balances[debit.card] ?? 0)]],
    ])
  }
}
