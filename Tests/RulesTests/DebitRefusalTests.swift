import Model
import Rules
import Testing

/// Each reason why a card does not pay, with the code that says so.
@Suite struct DebitRefusalTests {
  private static let place = EntityID.random()
  private static let asset = EntityID.random()
  private static let other = EntityID.random()
  private static let free = OfflinePolicy(
    isAllowed: true, perCard: Amount(minorUnits: 2_000), perDevice: Amount(minorUnits: 9_000), longest: .seconds(600),
    hotlistLongest: .seconds(300))

  private static func facts(
    _ authorities: [DebitAuthority]?, standing: CardStanding = .usable, isFresh: Bool = true
  ) -> CardFacts {
    let holdings = [asset, other].map {
      Holding(
        asset: $0, assetName: "Euro", category: .federated, issuerWallet: nil, balance: Amount(minorUnits: 1_000))
    }
    return CardFacts(
      card: CardSnapshot(
        firstTagID: "68B87420", numberPrinted: "", wallet: .random(), isEphemeral: true, holdings: holdings),
      authorities: authorities, standing: standing, isFresh: isFresh)
  }

  private static func code(
    _ amount: Int64, _ facts: CardFacts?, _ contact: LedgerContact = .online
  ) -> Refusal.Code? {
    let question = DebitQuestion(
      amount: Amount(minorUnits: amount), placeWallet: place, card: facts, now: 100, contact: contact)
    if case .refuse(let refusal) = DebitEngine.decide(question) { return refusal.code }
    return nil
  }

  private static func authority(
    tap: Int64? = nil, day: Int64? = nil, total: Int64? = nil, used: Int64 = 0, assets: Set<EntityID>? = nil,
    until: Int64? = nil, dayEndsAt: Int64? = nil
  ) -> DebitAuthority {
    let amount = { (value: Int64?) in value.map { Amount(minorUnits: $0) } }
    return DebitAuthority(
      id: .random(), assets: assets, perTap: amount(tap), perDay: amount(day), total: amount(total),
      usedToday: Amount(minorUnits: used), usedTotal: Amount(minorUnits: used), until: until, dayEndsAt: dayEndsAt)
  }

  @Test func whatTheDelegationForbids() {
    #expect(Self.code(100, Self.facts([])) == .noDelegation)
    #expect(Self.code(100, Self.facts([Self.authority(until: 100)])) == .noDelegation)
    #expect(Self.code(101, Self.facts([Self.authority(tap: 100)])) == .overTapLimit)
    #expect(Self.code(100, Self.facts([Self.authority(tap: 100)])) == nil)
    #expect(Self.code(101, Self.facts([Self.authority(day: 300, used: 200)])) == .overDayLimit)
    #expect(Self.code(100, Self.facts([Self.authority(day: 300, used: 200)])) == nil)
    #expect(Self.code(101, Self.facts([Self.authority(day: 300, used: 200, dayEndsAt: 100)])) == nil)
    #expect(Self.code(101, Self.facts([Self.authority(day: 300, used: 200, dayEndsAt: 101)])) == .overDayLimit)
    #expect(Self.code(101, Self.facts([Self.authority(total: 300, used: 200, dayEndsAt: 1)])) == .overTotalLimit)
    #expect(Self.code(1_001, Self.facts([Self.authority(assets: [Self.asset])])) == .noDelegation)
    #expect(Self.code(2_001, Self.facts([Self.authority(assets: [Self.asset])])) == .insufficientFunds)
    #expect(Self.code(500, Self.facts([Self.authority(tap: 100), Self.authority(tap: 500)])) == nil)
  }

  @Test func whatTheCardItselfForbids() {
    #expect(Self.code(1, Self.facts(nil, standing: .blocked)) == .cardBlocked)
    #expect(Self.code(1, Self.facts(nil, standing: .unsettled)) == .cardUnsettled)
    #expect(Self.code(2_001, Self.facts(nil)) == .insufficientFunds)
  }

  private static func offline(
    _ policy: OfflinePolicy = free, contact: Duration? = .seconds(600), hotlist: Duration? = .seconds(300),
    card: Int64 = 0, device: Int64 = 0, hasRoom: Bool = true
  ) -> LedgerContact {
    .offline(
      OfflineSituation(
        policy: policy, sinceContact: contact, hotlistAge: hotlist, spentByCard: Amount(minorUnits: card),
        spentByDevice: Amount(minorUnits: device), hasRoom: hasRoom))
  }

  @Test func whatIsForbiddenWithoutTheLedger() {
    let known = Self.facts(nil, isFresh: false)
    #expect(Self.code(2_000, known, Self.offline()) == nil)
    #expect(Self.code(1, known, Self.offline(.off)) == .ledgerUnreachable)
    #expect(Self.code(1, nil, Self.offline()) == .cardUnknown)
    #expect(Self.code(1, known, Self.offline(contact: .seconds(601))) == .offlineLimit)
    #expect(Self.code(1, known, Self.offline(contact: nil)) == .offlineLimit)
    #expect(Self.code(1, known, Self.offline(contact: .seconds(-1))) == .offlineLimit)
    #expect(Self.code(1, known, Self.offline(hotlist: .seconds(301))) == .staleHotlist)
    #expect(Self.code(1, known, Self.offline(hotlist: nil)) == .staleHotlist)
    #expect(Self.code(1, known, Self.offline(hasRoom: false)) == .offlineLimit)
    #expect(Self.code(1_001, known, Self.offline(card: 1_000)) == .offlineLimit)
    #expect(Self.code(1_000, known, Self.offline(card: 1_000)) == nil)
    #expect(Self.code(1_001, known, Self.offline(device: 8_000)) == .offlineLimit)
    #expect(Self.code(1, Self.facts(nil, standing: .blocked, isFresh: false), Self.offline()) == .cardBlocked)
  }

  @Test func whatIsNotFreshIsAskedForAsLongAsThereIsSomebodyToAsk() {
    for facts in [nil, Self.facts(nil, isFresh: false)] {
      let question = DebitQuestion(amount: Amount(minorUnits: 1), placeWallet: Self.place, card: facts, now: 100)
      #expect(DebitEngine.decide(question) == .askLedger)
    }
  }

  @Test func aKiosksOwnConfigurationOnlyForbidsMore() {
    let own = OfflinePolicy(
      isAllowed: true, perCard: Amount(minorUnits: 5_000), perDevice: Amount(minorUnits: 100), longest: .seconds(60),
      hotlistLongest: nil)
    let both = Self.free.tightened(by: own)
    #expect(both.perCard == Amount(minorUnits: 2_000) && both.perDevice == Amount(minorUnits: 100))
    #expect(both.longest == .seconds(60) && both.hotlistLongest == .seconds(300))
    #expect(!Self.free.tightened(by: .off).isAllowed)
  }
}
