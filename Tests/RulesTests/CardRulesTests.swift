import Model
import Testing

@testable import Rules

@Suite("What may be done to a card, and by whom")
struct CardRulesTests {
  private static let (origin, member, other) = (EntityID.random(), EntityID.random(), EntityID.random())

  private func code(_ work: () throws(Refusal) -> Void) -> Refusal.Code? {
    do { try work() } catch { return error.code }
    return nil
  }

  private func card(_ change: (inout CardLife) -> Void = { _ in }) -> CardLife {
    var card = CardLife(origin: Self.origin)
    change(&card)
    return card
  }

  @Test("whoever may see it blocks a card; a place that shares no federation does not")
  func block() {
    #expect(
      code { () throws(Refusal) in try CardRules.block(card(), by: .place(Self.other), isInSight: false) } == .forbidden
    )
    for actor in [CardActor.place(Self.member), .holder, .ledger] {
      #expect(code { () throws(Refusal) in try CardRules.block(card(), by: actor, isInSight: true) } == nil)
    }
  }

  @Test(
    "who blocked it frees it, and its origin what its holder did not block; only the ledger's operator frees all",
    arguments: [
      (CardActor.place(member), CardActor.place(member), Refusal.Code?.none),
      (.place(member), .place(origin), nil), (.place(member), .place(other), .notYoursToUnblock),
      (.place(member), .holder, .notYoursToUnblock), (.holder, .place(origin), .notYoursToUnblock),
      (.holder, .holder, nil), (.holder, .ledger, nil), (.ledger, .place(origin), nil),
      (.ledger, .place(member), .notYoursToUnblock), (.ledger, .holder, .notYoursToUnblock),
    ])
  func unblock(blocker: CardActor, actor: CardActor, expected: Refusal.Code?) {
    let blocked = card {
      $0.isBlocked = true
      $0.blockedBy = blocker
    }
    #expect(code { () throws(Refusal) in try CardRules.unblock(blocked, by: actor) } == expected)
    var replaced = blocked
    replaced.isReplaced = true
    #expect(code { () throws(Refusal) in try CardRules.unblock(replaced, by: actor) } == .cardReplaced)
    #expect(code { () throws(Refusal) in try CardRules.unblock(card(), by: actor) } == nil)
  }

  @Test("its origin takes back what was never used, and gives a person what is nobody's")
  func originAlone() {
    let (own, foreign) = (CardActor.place(Self.origin), CardActor.place(Self.member))
    #expect(code { () throws(Refusal) in try CardRules.unenroll(card(), by: own) } == nil)
    #expect(code { () throws(Refusal) in try CardRules.unenroll(card(), by: foreign) } == .forbidden)
    let used = card { $0.isUsed = true }
    #expect(code { () throws(Refusal) in try CardRules.unenroll(used, by: own) } == .cardInUse)
    #expect(code { () throws(Refusal) in try CardRules.bind(used, by: own) } == nil)
    #expect(code { () throws(Refusal) in try CardRules.bind(used, by: foreign) } == .forbidden)
    let changes: [((inout CardLife) -> Void, Refusal.Code)] = [
      ({ $0.hasHolder = true }, .cardInUse), ({ $0.isBlocked = true }, .cardBlocked),
      ({ $0.isUnsettled = true }, .cardUnsettled), ({ $0.isReplaced = true }, .cardReplaced),
    ]
    for (change, expected) in changes {
      #expect(code { () throws(Refusal) in try CardRules.bind(card(change), by: own) } == expected)
    }
  }

  private func reassign(
    by actor: CardActor, isFamily: Bool = true, withPrimary: Bool = false, old: (inout CardLife) -> Void = { _ in },
    new: (inout CardLife) -> Void = { _ in }
  ) -> Refusal.Code? {
    let cards = (card(old), card(new))
    return code { () throws(Refusal) in
      try CardRules.reassign(
        from: cards.0, to: cards.1, by: actor, isFamily: isFamily, withPrimary: withPrimary)
    }
  }

  @Test("a person's card moves by their signature, nobody's by its origin, to one that was never used")
  func reassign() {
    let place = CardActor.place(Self.origin)
    #expect(reassign(by: place, withPrimary: true) == nil)
    #expect(reassign(by: place, old: { $0.isBlocked = true }) == nil)
    #expect(reassign(by: .ledger) == nil)
    #expect(reassign(by: .place(Self.member)) == .forbidden)
    #expect(reassign(by: place, old: { $0.hasHolder = true }) == .holderMustSign)
    #expect(reassign(by: place, old: { $0.blockedBy = .holder }) == .holderMustSign)
    #expect(reassign(by: .ledger, old: { $0.hasHolder = true }) == .holderMustSign)
    #expect(reassign(by: .holder, old: { $0.hasHolder = true }) == nil)
    #expect(reassign(by: .holder, withPrimary: true, old: { $0.hasHolder = true }) == .forbidden)
    #expect(reassign(by: place, isFamily: false) == .forbidden)
    #expect(reassign(by: place, old: { $0.isReplaced = true }) == .cardReplaced)
    #expect(reassign(by: place, old: { $0.isUnsettled = true }) == .cardUnsettled)
    #expect(reassign(by: place, new: { $0.isUsed = true }) == .cardInUse)
    #expect(reassign(by: place, new: { $0.isBlocked = true }) == .cardBlocked)
  }

  @Test("it is undone within 10 minutes, once, as long as nothing came of it")
  func undo() {
    let end = CardRules.undoWindow * 1_000_000
    let undo = { (now: Int64, isUndone: Bool, hasActed: Bool) in
      code { () throws(Refusal) in
        try CardRules.undo(madeAt: 0, now: now, isUndone: isUndone, hasActed: hasActed)
      }
    }
    #expect(undo(end, false, false) == nil)
    #expect(undo(end + 1, false, false) == .tooLate)
    #expect(undo(1, true, false) == .tooLate)
    #expect(undo(1, false, true) == .tooLate)
  }
}
