import Model
import Rules
import TestKit
import Testing

@Suite("The netting of what places hold of each other's money")
struct ClearingTests {
  private typealias Book = [EntityID: Int64]

  private func federation(_ generator: inout SeededGenerator) -> [ClearingClaim] {
    let places = (0..<Int.random(in: 2...14, using: &generator)).map { _ in
      EntityID.random(using: &generator)
    }
    let most: Int64 = Bool.random(using: &generator) ? 5 : 1_000_000
    return (0..<Int.random(in: 0...60, using: &generator)).compactMap { _ in
      let (holder, issuer) = (
        places.randomElement(using: &generator), places.randomElement(using: &generator)
      )
      guard let holder, let issuer, holder != issuer else { return nil }
      return ClearingClaim(
        holder: holder, issuer: issuer, asset: EntityID.random(using: &generator),
        amount: Int64.random(in: 1...most, using: &generator))
    }
  }

  /// What each place gets by its claims, counted here a second time.
  private func nets(of claims: [ClearingClaim]) -> Book {
    claims.reduce(into: [:]) { book, claim in
      book[claim.holder, default: 0] += claim.amount
      book[claim.issuer, default: 0] -= claim.amount
    }
  }

  @Test(
    "the sum of positions is zero, and the payments bring everyone's to zero",
    arguments: ClearingNetting.allCases)
  func random(netting: ClearingNetting) throws {
    var generator = SeededGenerator(seed: 20_261_124)
    for round in 0..<600 {
      let claims = federation(&generator)
      let groups = Clearing.groups(of: claims, netting: netting)
      #expect(
        groups.reduce(0) { $0 + $1.count } == claims.count && Set(groups.joined()) == Set(claims))
      for group in groups {
        let positions = try Clearing.positions(of: group)
        #expect(positions.reduce(0) { $0 + $1.net } == 0, "round \(round)")
        let expected = nets(of: group)
        #expect(positions.map(\.place) == expected.keys.sorted())
        #expect(positions.allSatisfy { $0.net == expected[$0.place] })
        try hold(Clearing.payments(settling: positions), settle: expected, "round \(round)")
      }
      #expect(
        Clearing.groups(of: claims.shuffled(using: &generator), netting: netting) == groups,
        "round \(round)")
      let circles = groups.map { Set($0.flatMap { [$0.holder, $0.issuer] }) }
      switch netting {
      case .bilateral: #expect(circles.allSatisfy { $0.count == 2 })
      // Or two circles that one place connects would be settled apart.
      case .multilateral:
        #expect(circles.reduce(0) { $0 + $1.count } == circles.reduce(Set()) { $0.union($1) }.count)
      }
    }
  }

  private func hold(_ payments: [ClearingPayment], settle nets: Book, _ round: Comment) throws {
    var left = nets
    for payment in payments {
      #expect(payment.amount > 0, round)
      #expect((nets[payment.debtor] ?? 0) < 0 && (nets[payment.creditor] ?? 0) > 0, round)
      left[payment.debtor, default: 0] += payment.amount
      left[payment.creditor, default: 0] -= payment.amount
    }
    #expect(left.values.allSatisfy { $0 == 0 }, round)
    #expect(payments.count <= max(0, nets.values.count { $0 != 0 } - 1), round)
  }

  private let places = (0..<5).map { _ in EntityID.random() }.sorted()

  private func claim(_ holder: Int, on issuer: Int, _ amount: Int64) -> ClearingClaim {
    ClearingClaim(holder: places[holder], issuer: places[issuer], asset: .random(), amount: amount)
  }

  @Test(
    "a circle of equal claims needs no payment at all, and who owes what another gets pays just them"
  )
  func fewPayments() throws {
    let circle = [claim(0, on: 1, 70), claim(1, on: 2, 70), claim(2, on: 0, 70)]
    #expect(Clearing.payments(settling: try Clearing.positions(of: circle)) == [])
    // Nets of 60, 40, -40 and -60: each debtor has a creditor of the same sum.
    let pairs = [claim(0, on: 3, 60), claim(1, on: 2, 40)]
    #expect(
      Clearing.payments(settling: try Clearing.positions(of: pairs)) == [
        ClearingPayment(debtor: places[2], creditor: places[1], amount: 40),
        ClearingPayment(debtor: places[3], creditor: places[0], amount: 60),
      ])
    // The largest first: 0 gets 70, 1 gets 30, 2 pays 50, 3 pays 50, and nobody's sum is another's.
    let mixed = [claim(0, on: 2, 50), claim(0, on: 3, 20), claim(1, on: 3, 30)]
    #expect(Clearing.payments(settling: try Clearing.positions(of: mixed)).count == 3)
  }

  @Test("a claim on oneself, on nothing, or beyond counting is refused")
  func bounds() {
    #expect(throws: Refusal.self) { try Clearing.positions(of: [claim(0, on: 0, 1)]) }
    #expect(throws: Refusal.self) { try Clearing.positions(of: [claim(0, on: 1, 0)]) }
    #expect(throws: Refusal.self) {
      try Clearing.positions(of: [claim(0, on: 1, .max), claim(0, on: 2, 1)])
    }
    #expect(throws: Refusal.self) {
      try Clearing.positions(of: [claim(0, on: 1, .max), claim(2, on: 1, 1)])
    }
  }

  @Test("a place claims what it took in the period, as far as it still holds it")
  func claims() {
    #expect(ClearingClaim.amount(taken: 50, held: 100) == 50)
    #expect(ClearingClaim.amount(taken: 100, held: 50) == 50)
    #expect(ClearingClaim.amount(taken: -5, held: 50) == nil)
    #expect(ClearingClaim.amount(taken: 5, held: 0) == nil)
  }

  @Test("money that has moved by a bank is not let go by a date")
  func states() {
    let state = { (settled: Bool, declined: Bool, agreed: Bool, late: Bool, paid: Bool) in
      ClearingState(
        isSettled: settled, isDeclined: declined, isAgreed: agreed, isLate: late, isPaidFor: paid)
    }
    #expect(state(false, false, false, false, false) == .proposed)
    #expect(state(false, false, true, false, false) == .agreed)
    #expect(state(false, false, true, true, false) == .expired)
    #expect(state(false, false, true, true, true) == .agreed)
    #expect(state(false, true, false, false, false) == .declined)
    #expect(state(true, false, true, true, true) == .settled)
  }
}
