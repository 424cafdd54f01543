import FedowProtocol
import Foundation
import Model
import Rules
import Testing

@testable import Ledger

@Suite("What the operator gets wrong on the server")
struct AdministrationRefusalTests {
  private struct Wrong: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: Refusal.Code
    let act: @Sendable (Administration) async throws -> Void

    init(_ name: String, _ code: Refusal.Code, _ act: @Sendable @escaping (Administration) async throws -> Void) {
      (testDescription, self.code, self.act) = (name, code, act)
    }
  }

  private static let bar = "Bar du Port"

  private static let wrongs: [Wrong] = [
    Wrong("a second place of a name", .alreadyExists) { _ = try await $0.createPlace(name: bar) },
    Wrong("a place without a name", .requestMalformed) { _ = try await $0.createPlace(name: "") },
    Wrong("a second asset of a name", .alreadyExists) {
      _ = try await $0.createAsset(place: bar, name: "Cadeau", currency: "X", category: .gift)
    },
    Wrong("a second federation of a name", .alreadyExists) {
      _ = try await $0.createFederation(name: "Quay", places: [bar], assets: [])
      _ = try await $0.createFederation(name: "Quay", places: [bar], assets: [])
    },
    Wrong("a federation that there is not", .notFound) { _ = try await $0.terms(federation: "None") },
    Wrong("melting in a federation that there is not", .notFound) {
      try await $0.letFederatedMelt(true, federation: "None")
    },
    Wrong("an unknown card as an operator's", .cardUnknown) {
      _ = try await $0.setPrimary(tag: "00000000", place: bar)
    },
    Wrong("taking back what is no operator's card", .primaryCardInvalid) {
      _ = try await $0.revokePrimary(tag: LedgerFixture.tag, place: bar)
    },
    Wrong("a device without a name", .requestMalformed) { _ = try await $0.enrolmentCode(place: bar, name: "") },
    Wrong("a sum below zero in a policy", .requestMalformed) {
      _ = try await $0.changePolicy(place: bar) { $0.offlinePerCard = -1 }
    },
    Wrong("offline debits that come after more than a week", .requestMalformed) {
      _ = try await $0.changePolicy(place: bar) { $0.offlineLongest = 604_801 }
    },
    Wrong("debits that can be taken back after more than a year", .requestMalformed) {
      _ = try await $0.changePolicy(place: bar) { $0.voidWindow = 366 * 86_400 + 1 }
    },
    Wrong("a membership's grace of more than a year", .requestMalformed) {
      _ = try await $0.createAsset(place: bar, name: "Adhésion", currency: "ADH", category: .membership)
      var change = MembershipChange(period: .year)
      change.grace = 367 * 86_400
      _ = try await $0.setMembership(asset: "Adhésion", change)
    },
    Wrong("a membership for an unknown card", .cardUnknown) {
      _ = try await $0.createAsset(place: bar, name: "Adhésion", currency: "ADH", category: .membership)
      _ = try await $0.grantMembership(asset: "Adhésion", card: "00000000", from: nil)
    },
    Wrong("a melting with a floor below zero", .requestMalformed) {
      _ = try await $0.createPlace(name: "Commons")
      var change = MeltingChange(rate: 1, unit: .month, receiver: "Commons", from: (2099, 1, 1))
      change.floor = -1
      _ = try await $0.setMelting(asset: "Euro du Bar", change)
    },
    Wrong("a finding of Stripe's that there is not", .notFound) {
      _ = try await $0.settle(stripeFinding: "re_none", note: "seen")
    },
    Wrong("an authority that there is not", .notFound) { _ = try await $0.revokeAuthority("99") },
    Wrong("a reservation that there is not", .notFound) { _ = try await $0.reservation(EntityID.random().text) },
    Wrong("a delegation that there is not", .notFound) { _ = try await $0.revokeDelegation(EntityID.random().text) },
    Wrong("a wallet that there is not", .notFound) { _ = try await $0.delegations(of: "00000000") },
    Wrong("a card that there is not", .cardUnknown) { _ = try await $0.sheets("00000000") },
    Wrong("an installation without a name", .configurationInvalid) {
      _ = try await $0.install(serverName: "", domain: "http://ledger.test")
    },
  ]

  @Test("is refused with a code of its own", arguments: wrongs)
  private func refused(wrong: Wrong) async throws {
    let ledger = try await LedgerFixture()
    #expect(await refusal { try await wrong.act(Administration(store: ledger.store)) } == wrong.code)
  }

  @Test("a device is revoked by its name or its uuid, and not by a name that two have")
  func devices() async throws {
    let stand = try await AuthorityStand()
    let (ledger, administration) = (stand.ledger, stand.administration)
    try await ledger.running { _ in
      let till = try await stand.pair()
      let other = try await stand.pair()
      try await stand.refill(500, by: till)
      let devices = try await administration.devices(place: Self.bar)
      #expect(devices.count == 2 && devices.allSatisfy { $0.revokedAt == nil })
      let name = devices[0].name
      #expect(devices[1].name == name)
      #expect(await refusal { _ = try await administration.revokeDevice(name, place: Self.bar) } == .requestMalformed)
      #expect(await refusal { _ = try await administration.revokeDevice("None", place: Self.bar) } == .notFound)
      _ = try await administration.createPlace(name: "Cafe")
      #expect(await refusal { _ = try await administration.revokeDevice(name, place: "Cafe") } == .notFound)
      #expect(try await administration.revokeDevice(devices[0].uuid.text, place: Self.bar).revokedAt != nil)
      await #expect(throws: Rejection.self) { try await stand.sale(1, by: till) }
      try await stand.sale(1, by: other)
      // The name is one device's alone now.
      #expect(try await administration.revokeDevice(name, place: Self.bar).uuid == devices[1].uuid)
      await #expect(throws: Rejection.self) { try await stand.sale(1, by: other) }
    }
  }

  @Test("a card is blocked by a name that is its own, and not by one that two cards have")
  func ambiguous() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    let administration = Administration(store: ledger.store)
    try await ledger.running { _ in
      // The number of one is the tag of the other.
      _ = try await desk.submit(
        EnrollCards(
          by: desk.changer,
          body: desk.body(
            JSONObject([
              ("generation", 1), ("cards", [["uid": "04A1B2C3D4E5F6", "number_printed": JSON(LedgerFixture.tag)]]),
            ]))))
      #expect(
        await refusal { _ = try await administration.block(LedgerFixture.tag, isLost: true, reason: nil) }
          == .requestMalformed)
      #expect(try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.isBlocked } == false)
      #expect(try await administration.block("8150BA8E", isLost: true, reason: "lost")["state"]?.text == "blocked")
      #expect(try await administration.sheets(LedgerFixture.tag).count == 2)
    }
  }

  @Test("a person's delegation is revoked in their place, once, and counts at once")
  func delegation() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let carried = try await administration.delegations(of: LedgerFixture.tag)
      #expect(carried.elements?.count == 1)
      let owner = try await ledger.link(LedgerFixture.tag)
      let granted = try await administration.delegations(of: owner.text).elements ?? []
      #expect(granted.count == 1 && granted.first?["revoked_at"]?.isNull == true)
      let id = try #require(granted.first?["id"]?.text)
      let revoked = try await administration.revokeDelegation(id)
      #expect(revoked["revoked_at"]?.text != nil)
      let sale = try await ledger.sale(10)
      await #expect(throws: Rejection.self) { try await service.submit(sale) }
      #expect(try await administration.revokeDelegation(id) == revoked)
      let trail = try await administration.auditTrail(place: nil, after: 0, limit: 1000)
      #expect(trail.count { $0.what == "delegation_revoked" } == 1)
    }
  }
}
