import FedowProtocol
import Foundation
import Model
import Rules

@testable import Ledger

/// A ledger with a membership that costs 5.00 a month, a badge, and a person with a card and money.
struct MemberStand: Sendable {
  let ledger: LedgerFixture
  let member: Books.Asset
  let badge: Books.Asset
  let person: EntityID

  static let tag = LedgerFixture.tag
  static let day: Int64 = 86_400
  /// 2026-10-01 10:00 in Paris.
  static let start: Int64 = 1_790_841_600_000_000

  init(euros: Int64 = 10_000, period: MembershipPeriod = .month, price: Int64 = 500) async throws {
    let ledger = try await LedgerFixture()
    self.ledger = ledger
    ledger.time.withLock { $0 = LedgerTime(microseconds: Self.start) }
    let administration = Administration(
      store: ledger.store, clock: { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() })
    member = try await administration.createAsset(
      place: "Bar du Port", name: "Adhésion", currency: "ADH", category: .membership)
    badge = try await administration.createAsset(
      place: "Bar du Port", name: "Entrée", currency: "ENT", category: .badge)
    _ = try await administration.setMembership(
      asset: "Adhésion",
      MembershipChange(period: period, priceAsset: price == 0 ? nil : "Euro du Bar", price: price))
    person = try await ledger.running { _ in
      _ = try await ledger.refill(Self.tag, euros)
      return try await ledger.link(Self.tag)
    }
  }

  var administration: Administration {
    Administration(store: ledger.store, clock: { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() })
  }

  var store: LedgerStore {
    ledger.store.withClock { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() }
  }

  var now: LedgerTime { ledger.time.withLock { $0 } }

  func advance(days: Int64) { ledger.time.withLock { $0 = $0.adding(seconds: days * Self.day) } }

  func advance(to microseconds: Int64) { ledger.time.withLock { $0 = LedgerTime(microseconds: microseconds) } }

  /// A membership sold at the till, as the protocol sells it.
  func join(_ tag: String = MemberStand.tag, start: String? = nil) async throws -> JSON {
    let body: JSON = [
      "amount": 500, "sender": JSON(ledger.place.wallet.text), "receiver": JSON(try await ledger.wallet(tag).text),
      "asset": JSON(member.uuid.text), "user_card_firstTagId": JSON(tag),
      "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag), "subscription_start_datetime": JSON(start),
    ]
    return try JSON.parse(
      try await ledger.service.submit(PostTransaction(place: ledger.place.uuid, body: body)).body)
  }

  /// The person lets the place debit them for memberships.
  func allow(_ fields: [(String, JSON)] = []) async throws -> EntityID {
    let body = JSONObject(
      [("grantee", ["place": JSON(ledger.place.uuid.text)]), ("purpose", "subscription")] + fields)
    let answer = try await ledger.service.submit(GrantDelegation(signer: person, body: .object(body)))
    guard let id = try JSON.parse(answer.body)["id"]?.text.flatMap({ EntityID($0) }) else { throw Refusal(.notFound) }
    return id
  }

  func pass() async throws -> RenewalPass.Outcome {
    let service = ledger.service
    return try await RenewalPass(store: store, submit: { try await service.submit($0) }).run()
  }

  func standing() async throws -> MembershipStanding {
    try await store.read { [person, member, now] in try $0.standing(of: person, in: member.uuid, at: now) }
  }

  func euros(_ wallet: EntityID? = nil) async throws -> Int64 {
    try await store.read { [person, ledger] in try $0.balance(of: ledger.euro.uuid, in: wallet ?? person) ?? 0 }
  }

  /// A tap at the entrance; without a price for nothing.
  func enter(
    _ tag: String = MemberStand.tag, price: Int64 = 0, id: EntityID = EntityID.random(), again: Int64 = 300,
    offlineAt: LedgerTime? = nil, badge: Bool = true
  ) async throws -> Answer {
    let parts: [JSON] =
      price == 0 ? [] : [["asset": JSON(ledger.euro.uuid.text), "amount": JSON(price)]]
    let body: JSON = [
      "id": JSON(id.text), "card": JSON(tag), "parts": .array(parts),
      "entrance": [
        "memberships": [JSON(member.uuid.text)], "badge": badge ? JSON(self.badge.uuid.text) : .null,
        "again_after_s": JSON(again),
      ], "is_offline": .bool(offlineAt != nil), "decided_at": JSON(offlineAt?.wire),
    ]
    return try await ledger.service.submit(
      PostDebit(place: ledger.place.uuid, device: Self.device, debit: try DebitRequest(body)))
  }

  static let device = EntityID.random()
}
