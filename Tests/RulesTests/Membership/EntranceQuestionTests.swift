import Model
import Testing

@testable import Rules

@Suite("Who enters")
struct EntranceQuestionTests {
  private let wanted = EntityID.random()
  private let wallet = EntityID.random()

  private func decide(
    _ memberships: [EntityID: MembershipStanding], amount: Int64 = 0, last: Int64? = nil,
    standing: CardStanding = .usable, contact: LedgerContact = .online, authorities: [DebitAuthority]? = []
  ) -> DebitDecision {
    let card = CardSnapshot(
      firstTagID: "68B87420", numberPrinted: "", wallet: wallet, isEphemeral: false, holdings: [])
    return DebitEngine.decide(
      DebitQuestion(
        amount: Amount(minorUnits: amount), placeWallet: EntityID.random(),
        card: CardFacts(card: card, authorities: authorities, standing: standing), now: 1_000_000_000,
        contact: contact, entrance: EntranceQuestion(memberships: memberships, lastEntrance: last, againAfter: 300)))
  }

  private func code(_ decision: DebitDecision) -> Refusal.Code? {
    if case .refuse(let refusal) = decision { refusal.code } else { nil }
  }

  @Test("a member enters for nothing without anybody's leave; who is none, was one or will be does not")
  func standings() {
    #expect(decide([wanted: .valid(until: nil)]) == .approve(DebitPlan(parts: [])))
    #expect(decide([wanted: .valid(until: 1_000_000_001)]) == .approve(DebitPlan(parts: [])))
    #expect(code(decide([:])) == .membershipNone)
    #expect(code(decide([wanted: .valid(until: 1_000_000_000)])) == .membershipExpired)
    #expect(code(decide([wanted: .expired(since: 5)])) == .membershipExpired)
    #expect(code(decide([wanted: .begins(1_000_000_001)])) == .membershipNotBegun)
    #expect(code(decide([EntityID.random(): .none, wanted: .valid(until: nil)])) == nil)
  }

  @Test("blocked, unsettled and passed back: no entrance; and a price is debited or nobody enters")
  func others() {
    let member = [wanted: MembershipStanding.valid(until: nil)]
    #expect(code(decide(member, standing: .blocked)) == .cardBlocked)
    #expect(code(decide(member, standing: .unsettled)) == .cardUnsettled)
    #expect(code(decide(member, last: 1_000_000_000 - 299_999_999)) == .enteredAlready)
    #expect(code(decide(member, last: 1_000_000_000 - 300_000_000)) == nil)
    #expect(code(decide(member, amount: 1)) == .noDelegation)
    #expect(code(decide(member, amount: 1, authorities: nil)) == .insufficientFunds)
    #expect(code(decide(member, amount: -1)) == .amountInvalid)
  }

  @Test("without the ledger a member enters as far as the place lets kiosks decide alone")
  func offline() {
    let situation = { (policy: OfflinePolicy) in
      OfflineSituation(
        policy: policy, sinceContact: .seconds(60), hotlistAge: .seconds(60), spentByCard: .zero, spentByDevice: .zero,
        hasRoom: true)
    }
    let allowed = OfflinePolicy(
      isAllowed: true, perCard: .zero, perDevice: .zero, longest: .seconds(61), hotlistLongest: .seconds(61))
    let member = [wanted: MembershipStanding.valid(until: nil)]
    #expect(decide(member, contact: .offline(situation(allowed))) == .approve(DebitPlan(parts: [])))
    #expect(code(decide([:], contact: .offline(situation(allowed)))) == .membershipNone)
    #expect(code(decide(member, contact: .offline(situation(.off)))) == .ledgerUnreachable)
  }
}
