import Model
import Rules
import TestKit
import Testing

@Suite struct DebitEngineTests {
  private let place = EntityID.random()
  private let other = EntityID.random()

  private func holding(_ category: AssetCategory, _ balance: Int64, issuer: EntityID?, asset: EntityID = .random())
    -> Holding
  {
    Holding(
      asset: asset, assetName: category.rawValue, category: category, issuerWallet: issuer,
      balance: Amount(minorUnits: balance))
  }

  private func card(_ holdings: [Holding]) -> CardSnapshot {
    CardSnapshot(
      firstTagID: "68B87420", numberPrinted: "FB97E06A", wallet: .random(), isEphemeral: true, holdings: holdings)
  }

  private func decide(_ amount: Int64, _ holdings: [Holding], policy: SpendPolicy = .standard) -> DebitDecision {
    DebitEngine.decide(
      DebitQuestion(
        amount: Amount(minorUnits: amount), placeWallet: place, card: CardFacts(card: card(holdings)),
        policy: policy, now: 0))
  }

  @Test func giftGoesFirstThenOwnThenFederatedThenOthers() {
    let otherLocal = holding(.localFiat, 100, issuer: other)
    let federated = holding(.federated, 100, issuer: other)
    let own = holding(.localFiat, 100, issuer: place)
    let gift = holding(.gift, 100, issuer: place)
    let decision = decide(350, [otherLocal, federated, own, gift])
    let expected = [(gift, 100), (own, 100), (federated, 100), (otherLocal, 50)].map { holding, amount in
      Allocation(asset: holding.asset, assetName: holding.assetName, amount: Amount(minorUnits: Int64(amount)))
    }
    #expect(decision == .approve(DebitPlan(parts: expected)))
  }

  @Test(arguments: [AssetCategory.time, .loyalty, .badge, .membership])
  func whatIsNotMoneyNeverPays(category: AssetCategory) {
    guard case .refuse(let refusal) = decide(1, [holding(category, 1_000, issuer: place)]) else {
      Issue.record("\(category) paid")
      return
    }
    #expect(refusal.code == .insufficientFunds)
  }

  @Test func aRefusalSaysWhatIsThereAndWhatIsMissing() {
    let decision = decide(350, [holding(.gift, 120, issuer: place), holding(.time, 900, issuer: place)])
    let sentence = "There is 1.20 on this card for a charge of 3.50; 2.30 is missing."
    #expect(decision == .refuse(Refusal(.insufficientFunds, sentence)))
  }

  @Test(arguments: [0, -1, Int64.min]) func onlyAPositiveChargeIsDecided(amount: Int64) {
    #expect(decide(amount, [holding(.gift, 100, issuer: place)]) == .refuse(Refusal(.amountInvalid)))
  }

  @Test func aLocalFiatOfUnknownIssuerIsNotTakenForOurs() {
    let unknown = holding(.localFiat, 100, issuer: nil)
    let federated = holding(.federated, 100, issuer: nil)
    let allocation = Allocation(asset: federated.asset, assetName: "FED", amount: Amount(minorUnits: 100))
    #expect(decide(100, [unknown, federated]) == .approve(DebitPlan(parts: [allocation])))
  }

  @Test func aClassThatThePolicyLeavesOutIsNotTaken() {
    let policy = SpendPolicy(order: [.ownLocal, .federated, .ownLocal])
    let own = holding(.localFiat, 100, issuer: place)
    let allocation = Allocation(asset: own.asset, assetName: "TLF", amount: Amount(minorUnits: 60))
    #expect(
      decide(60, [holding(.gift, 100, issuer: place), own], policy: policy) == .approve(DebitPlan(parts: [allocation])))
  }

  @Test func everyDecisionOnRandomCardsKeepsTheRules() {
    var generator = SeededGenerator(seed: 20_261_123)
    for _ in 0..<2_000 {
      let holdings = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        holding(
          AssetCategory.allCases.randomElement(using: &generator) ?? .gift,
          Int64.random(in: -50...400, using: &generator), issuer: Bool.random(using: &generator) ? place : other)
      }
      let amount = Int64.random(in: 1...900, using: &generator)
      let money = holdings.filter { [.gift, .localFiat, .federated].contains($0.category) && $0.balance > .zero }
      let available = money.reduce(0) { $0 + $1.balance.minorUnits }
      switch decide(amount, holdings) {
      case .refuse(let refusal):
        #expect(refusal.code == .insufficientFunds)
        #expect(available < amount)
      case .approve(let plan):
        check(plan.parts, pay: amount, from: money)
      case .askLedger:
        Issue.record("a fresh reading is enough")
      }
      #expect(decide(amount, holdings) == decide(amount, holdings.shuffled(using: &generator)))
    }
  }

  private func check(_ parts: [Allocation], pay amount: Int64, from money: [Holding]) {
    #expect(parts.reduce(0) { $0 + $1.amount.minorUnits } == amount)
    #expect(Set(parts.map(\.asset)).count == parts.count)
    let ranks = parts.compactMap { part -> Int? in
      guard let holding = money.first(where: { $0.asset == part.asset }) else { return nil }
      #expect(part.amount > .zero && part.amount <= holding.balance)
      return SpendClass(holding, placeWallet: place).flatMap { SpendPolicy.standard.order.firstIndex(of: $0) }
    }
    #expect(ranks.count == parts.count)
    #expect(ranks == ranks.sorted())
    for part in parts.dropLast() {
      #expect(money.first { $0.asset == part.asset }?.balance == part.amount)
    }
  }
}
