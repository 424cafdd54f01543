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
      let isPersons = template.cards[action.card].person != nil
      let isOfDay = action.choice % 12 == 7
      perform(meanwhile(isPersons ? .limit : .terms, action, isOfDay ? 3 : 2, amount: max(1, amount / 2)))
    default: break
    }
    if 5...7 ~= action.choice % 12 { scheduler.after(.milliseconds(800)) { sell(0) } }
    scheduler.after(.milliseconds(1_200 + delay)) { [self] in
      network.cut(number, action.choice.isMultiple(of: 4) ? .requests : .both)
    }
    scheduler.after(.milliseconds(1_400 + delay)) { [self] in
      switch action.choice / 2 % 8 {
      case 0: perform(meanwhile(.block, action, 4))
      case 1: perform(meanwhile(.limit, action, 6))
      case 2: perform(meanwhile(.revoke, action, 0))
      case 3: perform(meanwhile(.refund, action, 1))
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
    scheduler.after(.milliseconds(action.islandLength)) { [self] in
      network.cut(number, nil)
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
    let debit = known[action.choice % known.count]
    guard let place = EntityID(debit.place), let id = EntityID(debit.id) else { return }
    let (device, how) = (demandDevice, action.choice % 3 > 0 ? "retry" : "forgive")
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

  /// For how many milliseconds it is cut off, or a debtor is about; none of other kinds.
  var islandLength: Int64 {
    guard kind == .island else { return 0 }
    return isOfDebtor ? 30_000 : 9_000 + islandGap * Int64(other + 1)
  }
}
