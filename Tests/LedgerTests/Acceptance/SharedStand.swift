import FedowProtocol
import Model
import Rules

@testable import Ledger

/// Two places that share their money in one federation, and cards with both.
struct SharedStand: Sendable {
  let ledger: LedgerFixture
  let cafe: Books.Place
  /// What the cafe issues, and the bar may take.
  let foreign: Books.Asset

  static let cardTag = LedgerFixture.tag

  init() async throws {
    let ledger = try await LedgerFixture()
    self.ledger = ledger
    let administration = Administration(
      store: ledger.store, clock: { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() })
    cafe = try await administration.createPlace(name: "Cafe").place
    foreign = try await administration.createAsset(
      place: "Cafe", name: "Euro du Cafe", currency: "EUC", category: .localFiat)
    _ = try await administration.createFederation(
      name: "Quay", places: ["Bar du Port", "Cafe"], assets: ["Euro du Bar", "Euro du Cafe", "Cadeau"])
    _ = try await administration.setPrimary(tag: LedgerFixture.operatorTag, place: "Cafe")
  }

  var administration: Administration {
    Administration(store: ledger.store, clock: { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() })
  }

  /// The cafe fills a card with its own money.
  func fill(_ tag: String, _ amount: Int64) async throws {
    _ = try await ledger.service.submit(
      PostTransaction(
        place: cafe.uuid,
        body: ledger.body(amount, from: cafe.wallet, to: try await ledger.wallet(tag), tag: tag, asset: foreign)))
  }

  func fill(_ amount: Int64) async throws { try await fill(Self.cardTag, amount) }

  /// What a tap at the bar pays with the cafe's money.
  func debit(
    _ amount: Int64, _ tag: String = SharedStand.cardTag, id: EntityID = .random(), offlineAt time: LedgerTime? = nil
  ) throws -> PostDebit {
    var body = JSONObject([
      ("id", JSON(id.text)), ("card", JSON(tag)),
      ("parts", [["asset": JSON(foreign.uuid.text), "amount": JSON(amount)]]),
    ])
    if let time {
      body["is_offline"] = true
      body["decided_at"] = JSON(time.wire)
    }
    return PostDebit(place: ledger.place.uuid, debit: try DebitRequest(.object(body)))
  }

  /// The code of what became of a command; "posted" when it was done.
  func outcome(_ command: any LedgerCommand) async throws -> String {
    do {
      let answer = try await ledger.service.submit(command)
      return try JSON.parse(answer.body)["code"]?.text ?? "posted"
    } catch let refusal as Refusal {
      return refusal.code.rawValue
    } catch let rejection as Rejection {
      let body = try JSON.parse(rejection.answer.body)
      return body["code"]?.text ?? body["non_field_errors"]?.elements?.first?.text ?? "\(body)"
    }
  }

  /// Has the bar say what it takes.
  @discardableResult
  func say(_ beginning: Bool? = nil, _ named: (String, Acceptance)...) async throws -> JSON {
    var change = AcceptanceChange()
    change.beginning = beginning
    change.named = named.map { ($0.0, $0.1) }
    return try await administration.changeAcceptance(place: "Bar du Port", change)
  }

  /// What the bar holds of the cafe's money.
  func held() async throws -> Int64 {
    try await ledger.store.read { [ledger, foreign] in
      try $0.balance(of: foreign.uuid, in: ledger.place.wallet) ?? 0
    }
  }

  /// The cafe's money on a card as a kiosk of the bar reads it; nil when it is not shown.
  func holding(_ tag: String = SharedStand.cardTag) async throws -> JSON? {
    let card = try await ledger.service.submit(ReadKioskCard(place: ledger.place.uuid, tag: tag))
    return try JSON.parse(card.body)["holdings"]?.elements?.first { $0["asset"]?.text == foreign.uuid.text }
  }
}
