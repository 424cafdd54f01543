import Model
import Rules
import TestKit
import Testing

/// The engine held against a second, slower way to say what a card may pay.
@Suite struct DebitEnginePropertyTests {
  private static let place = EntityID.random()
  private static let now: Int64 = 1_790_000_000_000_000

  private struct World {
    var question: DebitQuestion
    var facts: CardFacts
    var situation: OfflineSituation?
  }

  private static func amount(_ range: ClosedRange<Int64>, _ generator: inout SeededGenerator) -> Amount {
    Amount(minorUnits: Int64.random(in: range, using: &generator))
  }

  private static func limit(_ generator: inout SeededGenerator) -> Amount? {
    Bool.random(using: &generator) ? amount(0...600, &generator) : nil
  }

  private static func authority(_ assets: [EntityID], _ generator: inout SeededGenerator) -> DebitAuthority {
    let covered = assets.filter { _ in Int.random(in: 0..<4, using: &generator) > 0 }
    return DebitAuthority(
      id: EntityID.random(using: &generator), assets: Bool.random(using: &generator) ? nil : Set(covered),
      perTap: limit(&generator), perDay: limit(&generator), total: limit(&generator),
      usedToday: amount(0...300, &generator), usedTotal: amount(0...300, &generator),
      from: Int.random(in: 0..<8, using: &generator) == 0 ? now + 1 : nil,
      until: Int.random(in: 0..<8, using: &generator) == 0 ? now : nil,
      dayEndsAt: Bool.random(using: &generator) ? now + (Bool.random(using: &generator) ? 1 : 0) : nil)
  }

  private static func world(_ generator: inout SeededGenerator) -> World {
    let holdings = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
      Holding(
        asset: EntityID.random(using: &generator), assetName: "",
        category: .allCases.randomElement(using: &generator) ?? .gift,
        issuerWallet: Bool.random(using: &generator) ? place : nil, balance: amount(-50...400, &generator))
    }
    let assets = holdings.map(\.asset)
    let spent = assets.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
      .map { ($0, amount(0...200, &generator)) }
    let isOffline = Bool.random(using: &generator)
    let facts = CardFacts(
      card: CardSnapshot(
        firstTagID: "68B87420", numberPrinted: "", wallet: EntityID.random(using: &generator), isEphemeral: true,
        holdings: holdings),
      authorities: Int.random(in: 0..<4, using: &generator) == 0
        ? nil : (0..<Int.random(in: 0...3, using: &generator)).map { _ in authority(assets, &generator) },
      standing: Int.random(in: 0..<20, using: &generator) == 0 ? .blocked : .usable,
      spentSince: Dictionary(spent) { first, _ in first }, isFresh: !isOffline)
    let situation = OfflineSituation(
      policy: OfflinePolicy(
        isAllowed: true, perCard: amount(0...500, &generator), perDevice: amount(0...900, &generator),
        longest: .seconds(60), hotlistLongest: .seconds(60)),
      sinceContact: .seconds(1), hotlistAge: .seconds(1), spentByCard: amount(0...300, &generator),
      spentByDevice: amount(0...300, &generator), hasRoom: true)
    let classes = SpendClass.allCases.shuffled(using: &generator).prefix(Int.random(in: 2...4, using: &generator))
    let question = DebitQuestion(
      amount: amount(1...900, &generator), placeWallet: place, card: facts,
      policy: SpendPolicy(
        order: Array(classes), onlyAsset: Int.random(in: 0..<6, using: &generator) == 0 ? assets.first : nil),
      acceptsPart: Bool.random(using: &generator), now: now, contact: isOffline ? .offline(situation) : .online)
    return World(question: question, facts: facts, situation: isOffline ? situation : nil)
  }

  /// The most that the card may pay under one authority, in minor units.
  private static func most(_ world: World, under authority: DebitAuthority?) -> Int64 {
    let money = world.facts.card.holdings.filter { holding in
      guard let kind = SpendClass(holding, placeWallet: place) else { return false }
      return world.question.policy.order.contains(kind) && authority?.covers(holding.asset) ?? true
        && [nil, holding.asset].contains(world.question.policy.onlyAsset)
    }
    let available = money.map { holding in
      max(0, holding.balance.minorUnits - (world.facts.spentSince[holding.asset]?.minorUnits ?? 0))
    }.reduce(0, +)
    var rooms = [available, world.question.amount.minorUnits]
    if let authority {
      let spent = world.facts.spentSince.filter { authority.covers($0.key) }.map(\.value.minorUnits).reduce(0, +)
      let isOver = authority.dayEndsAt.map { $0 <= now } ?? false
      if let tap = authority.perTap { rooms.append(tap.minorUnits) }
      if let day = authority.perDay {
        rooms.append(day.minorUnits - (isOver ? 0 : authority.usedToday.minorUnits) - spent)
      }
      if let total = authority.total { rooms.append(total.minorUnits - authority.usedTotal.minorUnits - spent) }
    }
    if let situation = world.situation {
      rooms.append(situation.policy.perCard.minorUnits - situation.spentByCard.minorUnits)
      rooms.append(situation.policy.perDevice.minorUnits - situation.spentByDevice.minorUnits)
    }
    return max(0, rooms.min() ?? 0)
  }

  private static func most(_ world: World) -> Int64? {
    guard world.facts.standing == .usable else { return nil }
    guard let authorities = world.facts.authorities else { return most(world, under: nil) }
    let holding = authorities.filter { ($0.from ?? .min) <= now && now < ($0.until ?? .max) }
    return holding.map { most(world, under: $0) }.max()
  }

  @Test func whatACardPaysIsTheMostThatEveryRuleAllowsAndNeverMore() {
    var generator = SeededGenerator(seed: 4)
    var approved = 0
    for _ in 0..<5_000 {
      let world = Self.world(&generator)
      let most = Self.most(world)
      let wanted = world.question.amount.minorUnits
      switch DebitEngine.decide(world.question) {
      case .askLedger: Issue.record("there was enough to decide on")
      case .refuse(let refusal):
        #expect(most ?? 0 < wanted)
        #expect(!world.question.acceptsPart || most ?? 0 == 0)
        let isBlocked = world.facts.standing == .blocked
        #expect((refusal.code == .cardBlocked) == isBlocked)
        if !isBlocked && most == nil { #expect(refusal.code == .noDelegation) }
      case .approve(let plan):
        approved += 1
        #expect(plan.amount.minorUnits == most)
        #expect(plan.amount.minorUnits + plan.missing.minorUnits == wanted)
        #expect(plan.missing == .zero || world.question.acceptsPart)
        check(plan, world)
      }
      #expect(DebitEngine.decide(world.question) == DebitEngine.decide(world.question))
    }
    #expect(approved > 500)
  }

  private func check(_ plan: DebitPlan, _ world: World) {
    let authority = world.facts.authorities?.first { $0.id == plan.authority }
    #expect((authority == nil) == (world.facts.authorities == nil))
    #expect(Set(plan.parts.map(\.asset)).count == plan.parts.count)
    var ranks: [Int] = []
    for part in plan.parts {
      guard let holding = world.facts.card.holdings.first(where: { $0.asset == part.asset }),
        let kind = SpendClass(holding, placeWallet: Self.place)
      else {
        Issue.record("it pays with what is not on the card")
        continue
      }
      let available = holding.balance.minorUnits - (world.facts.spentSince[part.asset]?.minorUnits ?? 0)
      #expect(part.amount > .zero && part.amount.minorUnits <= available)
      #expect(authority?.covers(part.asset) ?? true)
      ranks.append(world.question.policy.order.firstIndex(of: kind) ?? -1)
    }
    #expect(ranks == ranks.sorted() && !ranks.contains(-1))
  }
}
