import Model
import Rules
import Testing

@Suite struct AcceptanceTests {
  private let coin = EntityID.random()
  private let place = EntityID.random()

  @Test func aPlaceThatSaidNothingTakesAll() {
    #expect(AcceptancePolicy().acceptance(of: coin) == .whole)
    #expect(AcceptancePolicy(takesUnnamed: false).acceptance(of: coin) == .none)
    let some = AcceptancePolicy(takesUnnamed: false, named: [coin: Acceptance(isAccepted: true, ceiling: 5)])
    #expect(some.acceptance(of: coin).ceiling == 5)
    #expect(some.acceptance(of: .random()) == .none)
  }

  @Test(arguments: [(0, 100), (99, 1), (100, 0), (1_000, 0), (.max, 0), (-5, 100)] as [(Int64, Int64)])
  func theRoomIsWhatTheCeilingLeaves(held: Int64, room: Int64) {
    #expect(Acceptance(isAccepted: true, ceiling: 100).room(holding: held) == room)
    #expect(Acceptance.whole.room(holding: held) == nil)
    #expect(Acceptance.none.room(holding: held) == 0)
  }

  private func decide(_ amount: Int64, room: Int64?, taken: Int64 = 0, other: Int64 = 0) -> DebitDecision {
    let coins = Holding(
      asset: coin, assetName: "coin", category: .gift, issuerWallet: nil, balance: Amount(minorUnits: 1_000),
      room: room.map { Amount(minorUnits: $0) })
    let own = Holding(
      asset: .random(), assetName: "own", category: .localFiat, issuerWallet: place, balance: Amount(minorUnits: other))
    let card = CardSnapshot(
      firstTagID: "68B87420", numberPrinted: "FB97E06A", wallet: .random(), isEphemeral: true, holdings: [coins, own])
    return DebitEngine.decide(
      DebitQuestion(
        amount: Amount(minorUnits: amount), placeWallet: place,
        card: CardFacts(card: card, takenSince: [coin: Amount(minorUnits: taken)]), now: 0))
  }

  private func amounts(_ decision: DebitDecision) -> [Int64]? {
    guard case .approve(let plan) = decision else { return nil }
    return plan.parts.map(\.amount.minorUnits)
  }

  private func code(_ decision: DebitDecision) -> Refusal.Code? {
    guard case .refuse(let refusal) = decision else { return nil }
    return refusal.code
  }

  @Test func aCardPaysWithinTheRoomAndTheRestWithOtherMoney() {
    #expect(amounts(decide(300, room: nil)) == [300])
    #expect(amounts(decide(300, room: 300)) == [300])
    #expect(amounts(decide(300, room: 299, other: 50)) == [299, 1])
    #expect(amounts(decide(300, room: 0, other: 300)) == [300])
  }

  @Test func withoutRoomTheCeilingIsTheReasonAndNotTheMoney() {
    #expect(code(decide(300, room: 299)) == .overCeiling)
    #expect(code(decide(1_001, room: 299)) == .insufficientFunds)
  }

  @Test func whatTheKioskTookSinceLeavesLessRoom() {
    #expect(amounts(decide(300, room: 400, taken: 100)) == [300])
    #expect(code(decide(301, room: 400, taken: 100)) == .overCeiling)
    #expect(code(decide(1, room: 400, taken: 4_000)) == .overCeiling)
  }
}
