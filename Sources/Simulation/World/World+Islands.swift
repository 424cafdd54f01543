import FedowProtocol
import Kiosk
import Ledger
import Model

/// A kiosk that is cut off while people go on paying there.
extension World {
  func isolate(_ action: Action, at kiosk: SimulatedKiosk) {
    let number = kiosk.number
    if action.isOfDebtor, let other = profile.kiosks.first(where: { $0 != number }) {
      return owe(action, at: number, movingOnTo: other)
    }
    if action.isOfCrowd && profile.cards.count > 1 { return queue(action, at: number) }
    if action.isOfGuest { return stay(action, at: kiosk) }
    // Sometimes each pays what they have of a charge, and the next the rest.
    let isShared = action.choice % 7 == 3
    // Sometimes several come by turns, so that what is outstanding is of several.
    let isMixed = isShared || action.choice % 3 == 1
    let amount = isShared ? action.amount * 4 : max(1, action.amount / (1 + Int64(action.other) % 3))
    let first = profile.cards.firstIndex(of: action.card) ?? 0
    let sell = { [self] (round: Int) in
      let card = isMixed ? profile.cards[(first + round) % profile.cards.count] : action.card
      self.sell(
        Action(
          kind: .sell, gap: 0, kiosk: number, card: card, other: 0, amount: amount, choice: isShared ? 50 : 2),
        at: kiosk)
    }
    // So that the kiosk knows the card; some it has never seen.
    if action.choice % 6 > 0 { sell(0) }
    if isMixed { scheduler.after(.milliseconds(600)) { sell(1) } }
    // Or reads it once more after it was blocked or limited, or hears of that alone.
    let delay: Int64 = action.choice % 12 == 11 ? 5_000 : 0
    switch action.choice % 12 {
    case 5, 11: scheduler.after(.milliseconds(400)) { [self] in perform(meanwhile(.block, action, 4)) }
    case 6, 7:
      let isPersons = facts.persons[action.card] != nil
      let isOfDay = action.choice % 12 == 7
      perform(meanwhile(isPersons ? .limit : .terms, action, isOfDay ? 3 : 2, amount: max(1, amount / 2)))
    case 8: limitInAll(action, at: kiosk, max(1, amount / 2))
    default: break
    }
    if 5...8 ~= action.choice % 12 { scheduler.after(.milliseconds(800)) { sell(0) } }
    scheduler.after(.milliseconds(1_200 + delay)) { [self] in
      network.cut(number, action.choice.isMultiple(of: 4) ? .requests : .both)
    }
    scheduler.after(.milliseconds(1_400 + delay)) { [self] in
      switch action.choice / 2 % 8 {
      case 0: perform(meanwhile(.block, action, 4))
      case 1: perform(meanwhile(.limit, action, 6))
      case 2: perform(meanwhile(.revoke, action, 0))
      case 3: perform(meanwhile(.refund, action, 1))
      case 6: link(action)
      case 4, 5: for round in 0..<4 { perform(meanwhile(.demand, action, 4 + round * 2)) }
      default: break
      }
    }
    // Now and then nobody comes for long.
    for round in (action.choice % 4 == 2 ? action.other : 0)...action.other {
      scheduler.after(.milliseconds(1_500 + delay + action.islandGap * Int64(round))) { sell(round + 1) }
    }
    if action.choice % 5 == 1 {
      scheduler.after(.milliseconds(5_100)) { [self] in perform(meanwhile(.crashKiosk, action, 3)) }
    }
    comeBack(action, at: kiosk)
  }

  /// No more than so much is let be taken there in all, on whatever days.
  private func limitInAll(_ action: Action, at kiosk: SimulatedKiosk, _ amount: Int64) {
    guard let holder = facts.persons[action.card].flatMap({ facts.holders.firstIndex(of: $0) }) else {
      return perform(meanwhile(.terms, action, 5, amount: amount))
    }
    grant(
      Action(
        kind: .grant, gap: 0, kiosk: kiosk.number, card: action.card, other: holder, amount: amount,
        choice: kiosk.site == 0 ? 208 : 195))
  }

  /// The ledger is there again, and what it refuses is settled in one way or another.
  private func comeBack(_ action: Action, at kiosk: SimulatedKiosk) {
    scheduler.after(.milliseconds(action.islandLength)) { [self] in
      network.cut(kiosk.number, nil)
      // Sometimes the disk is full when all that is outstanding comes to its end at once.
      if action.choice % 5 > 2, kiosk.isUp { kiosk.disk.fill(afterWrites: action.choice % 11, count: 6) }
    }
    // What the ledger refuses of it is settled by hand, some of it once the card is filled or free again.
    if action.choice % 5 == 0 {
      scheduler.after(.milliseconds(action.islandLength + 4_000)) { [self] in
        perform(meanwhile(.unblock, action, 1))
        perform(meanwhile(.refill, action, 1))
      }
    }
    // Or whoever owes it gives their money away before.
    if action.choice % 4 == 1, let person = facts.persons[action.card] {
      scheduler.after(.milliseconds(action.islandLength + 4_500)) { [self] in giveAway(of: person, action) }
    }
    // Or is forgiven by whoever is elsewhere, and taken back where the goods went.
    if action.choice % 6 == 3 {
      scheduler.after(.milliseconds(action.islandLength + 5_000)) { [self] in
        let refused = oracle.debits.values.filter { $0.settlement != nil }
        if let last = refused.max(by: { $0.number < $1.number }) { settle(last, "forgive") }
        scheduler.after(.milliseconds(300)) { [self] in undoLast(at: kiosk) }
      }
    }
    scheduler.after(.milliseconds(action.islandLength + 6_000)) { [self] in
      perform(meanwhile(.settle, action, action.choice / 5))
    }
  }

  /// Whoever owes for what they took goes on to where the card is known, and where nobody hears of that but from the list.
  private func owe(_ action: Action, at first: Int, movingOnTo second: Int) {
    let pay = { [self] (number: Int) in
      perform(
        Action(
          kind: .sell, gap: 0, kiosk: number, card: action.card, other: 0, amount: max(1, action.amount / 8),
          choice: 2))
    }
    let course: [(milliseconds: Int64, step: () -> Void)] = [
      (0, { pay(second) }),
      (1_500, { pay(first) }),
      (3_000, { [network] in network.cut(first, .both) }),
      // Both places pay back what is theirs, so that what the card takes meanwhile is refused.
      (3_200, { [self] in for choice in [1, 5] { perform(meanwhile(.refund, action, choice)) } }),
      (3_600, { pay(first) }),
      (7_000, { [network] in network.cut(first, nil) }),
      // The list has come round by then.
      (19_000, { [network] in network.cut(second, .both) }),
      (19_500, { pay(second) }),
      (22_500, { pay(second) }),
      (26_000, { [network] in network.cut(second, nil) }),
      (29_000, { [self] in perform(meanwhile(.settle, action, action.choice / 8)) }),
    ]
    for (milliseconds, step) in course { scheduler.after(.milliseconds(milliseconds), step) }
  }

  /// All come one after the other and take little, and all of it reaches the ledger at once, while the disk has no room.
  private func queue(_ action: Action, at number: Int) {
    let pay = { [self] (card: Int) in
      perform(
        Action(
          kind: .sell, gap: 0, kiosk: number, card: card, other: 0, amount: max(1, action.amount / 8), choice: 2))
    }
    for (place, card) in profile.cards.enumerated() {
      scheduler.after(.milliseconds(700 * Int64(place))) { pay(card) }
      scheduler.after(.milliseconds(4_300 + 2_500 * Int64(place))) { pay(card) }
    }
    scheduler.after(.milliseconds(4_000)) { [network] in network.cut(number, .both) }
    scheduler.after(.milliseconds(18_000)) { [network] in network.cut(number, nil) }
    scheduler.after(.milliseconds(18_000 + Int64(action.choice % 50))) { [self] in
      if let kiosk = kiosks[number], kiosk.isUp { kiosk.disk.fill(afterWrites: action.choice % 13, count: 4) }
    }
  }

  /// Somebody pays where the ledger is away, is back, and is away again, and has never enough for both: what the kiosk
  /// knows of the card is of before, and what it took since counts, also after it was started anew.
  private func stay(_ action: Action, at kiosk: SimulatedKiosk) {
    let (number, card) = (kiosk.number, action.card)
    let (site, other) = (template.sites[kiosk.site], template.sites[1 - kiosk.site])
    guard case .wallet(let wallet) = facts.opens[card] else { return }
    let held = [site.gift, site.money, other.money].reduce(0) {
      $0 + (oracle.chain.balances[Chain.Holding(wallet: wallet, asset: $1.text)] ?? 0)
    }
    let limit = min(profile.offlinePerCard, profile.kioskPerCard ?? .max)
    let left = min(held, limit * 3 / 2)
    let pay = { [self] (amount: Int64) in
      guard amount > 0 else { return }
      perform(Action(kind: .sell, gap: 0, kiosk: number, card: card, other: 0, amount: amount, choice: 2))
    }
    let course: [(milliseconds: Int64, step: () -> Void)] = [
      (0, { pay(held - left) }),
      (1_500, { pay(1) }),
      (
        3_000,
        { [self] in
          guard action.choice.isMultiple(of: 2) else { return }
          kiosk.die(powerFails: false)
          restart(kiosk, after: .milliseconds(300))
        }
      ),
      (5_000, { [network] in network.cut(number, .both) }),
      (5_500, { pay(left * 2 / 3) }),
      (9_000, { [network] in network.cut(number, nil) }),
      (14_000, { [network] in network.cut(number, .both) }),
      (14_500, { pay(left * 2 / 3) }),
      (17_000, { pay(left / 4) }),
      (20_000, { [network] in network.cut(number, nil) }),
    ]
    for (milliseconds, step) in course { scheduler.after(.milliseconds(milliseconds), step) }
  }

  /// What else is done in the course of an action.
  func meanwhile(_ kind: Action.Kind, _ action: Action, _ choice: Int, amount: Int64? = nil) -> Action {
    Action(
      kind: kind, gap: 0, kiosk: action.kiosk, card: action.card, other: action.other, amount: amount ?? action.amount,
      choice: choice)
  }

  /// A place settles a refused debit from anywhere, or one that is settled already.
  func settleWithoutKiosk(_ action: Action) {
    let known = oracle.debits.values.filter { $0.settlement != nil }.sorted { $0.number < $1.number }
    guard !known.isEmpty else { return }
    settle(known[action.choice % known.count], action.choice % 3 > 0 ? "retry" : "forgive")
  }

  private func settle(_ debit: LedgerView.Debit, _ how: String) {
    guard let place = EntityID(debit.place), let id = EntityID(debit.id) else { return }
    let device = demandDevice
    facts.settlements[debit.id, default: []].insert(how)
    atLedger("settle \(debit.amount) of card \(debit.tag)") { running in
      try await running.service.submit(
        SettleDebit(
          place: place, device: device, debit: id, body: ["how": JSON(how)]))
    }
  }
}

extension Action {
  /// Milliseconds between two that pay while their kiosk is cut off.
  fileprivate var islandGap: Int64 { choice % 2 == 0 ? 8_000 : 2_200 }

  /// Whether whoever pays there pays elsewhere after that.
  fileprivate var isOfDebtor: Bool { choice / 24 % 5 == 1 }

  /// Whether everybody pays there.
  fileprivate var isOfCrowd: Bool { choice / 24 % 5 == 3 }

  /// Whether one who has little pays there twice.
  fileprivate var isOfGuest: Bool { choice / 24 % 5 == 2 }

  /// For how many milliseconds it is cut off, or a debtor is about; none of other kinds.
  var islandLength: Int64 {
    guard kind == .island else { return 0 }
    return isOfDebtor ? 30_000 : isOfCrowd ? 26_000 : isOfGuest ? 22_000 : 9_000 + islandGap * Int64(other + 1)
  }
}
