import FedowProtocol
import Ledger
import Model
import Rules

/// What is done to single cards.
extension World {
  /// By the ledger's operator, at the server or beside it, by the card's person, or by a place.
  private func changer(of card: Int, _ choice: Int) -> CardChanger {
    switch choice % 5 {
    case 0: .place(template.sites[choice / 5 % 2].place, device: nil)
    case 1, 2: facts.persons[card].map { .holder($0) } ?? .ledger
    default: .ledger
    }
  }

  private func actor(_ changer: CardChanger) -> CardActor {
    switch changer {
    case .place(let place, _): .place(place)
    case .holder: .holder
    case .ledger: .ledger
    }
  }

  func body(_ changer: CardChanger, id: EntityID) -> JSON {
    guard case .place(let place, _) = changer, let site = template.sites.first(where: { $0.place == place }) else {
      return ["id": JSON(id.text)]
    }
    return ["id": JSON(id.text), "operator_card": JSON(site.operatorTag)]
  }

  func unblock(_ tag: String, _ action: Action) {
    let isReplaced = action.choice.isMultiple(of: 3) && retired[action.card] != nil
    setBlocked(false, isReplaced ? retired[action.card]?.last ?? tag : tag, action)
  }

  /// A place blocks a card, and then its person: now the place cannot free it any more.
  func contest(_ action: Action) {
    for choice in [0, 1] { setBlocked(true, tags[action.card], meanwhile(.block, action, choice)) }
    setBlocked(false, tags[action.card], meanwhile(.unblock, action, 10))
  }

  /// - Parameter isFirst: whether it was not given up before.
  func setBlocked(_ isLost: Bool, _ tag: String, _ action: Action, isFirst: Bool = true) {
    let (facts, id) = (facts, newID())
    let kiosk = action.choice / 5 % 3 == 1 ? kiosks[action.kiosk] : nil
    let changer =
      kiosk.map { CardChanger.place($0.pairing.place, device: nil) } ?? changer(of: action.card, action.choice)
    let (asker, origin) = (actor(changer), template.sites[template.issuer(of: tag)].place)
    let body = body(changer, id: id)
    let isIgnored = isLost && fault == .ignoredBlock
    let isByCommandLine = asker == .ledger && !action.choice.isMultiple(of: 4)
    let before = Box<(Facts.Certainty, CardActor?)>((.no, nil))
    let way: Errand.Way =
      if let kiosk {
        .kiosk(kiosk) { if !isIgnored { _ = try await $0.act(isLost ? .lost : .unblock, on: ["tag": JSON(tag)]) } }
      } else {
        .ledger { [self] running in
          if isIgnored { return }
          if isByCommandLine {
            return try await ledger.atCommandLine(running) { _ = try await $0.block(tag, isLost: isLost, reason: nil) }
          }
          _ = try await running.service.submit(
            isLost ? BlockCard.lost(tag, by: changer, body: body) : .unblock(tag, by: changer, body: body))
        }
      }
    enqueue(
      Errand(
        name: "\(isLost ? "block" : "unblock") \(tag)", way: way,
        begins: {
          before.value = (facts.blocked[tag] ?? .no, facts.blockers[tag])
          facts.blocked[tag] = .maybe
        },
        ends: { [self] isDone, isRepeated in
          let (was, blocker) = before.value
          guard isDone else {
            facts.blocked[tag] = isRepeated ? .maybe : was
            if isRepeated, kiosk != nil { forsake(tag, isLost, action, isFirst: isFirst) }
            return
          }
          // Of what was given up something may still be on its way.
          guard facts.forsaken[tag] ?? 0 < scheduler.now else { return facts.blocked[tag] = .maybe }
          if isLost {
            // Who blocks what is blocked changes nothing, but for the card's person.
            if was != .yes || asker == .holder { facts.blockers[tag] = was == .maybe && asker != .holder ? nil : asker }
          } else if was == .yes, !mayUnblock(tag, asker, blocker, origin: origin) {
            fail(Breach(.blocked, "card \(tag) was freed by who may not"))
          }
          facts.blocked[tag] = isLost ? .yes : .no
          if isLost, isFirst, kiosk != nil, action.choice.isMultiple(of: 3) { blockAgain(tag, action, after: 500) }
        }))
  }

  /// Nobody knows whether it was done, or is done yet.
  private func forsake(_ tag: String, _ isLost: Bool, _ action: Action, isFirst: Bool) {
    let delay: Int64 = profile.weather.slow > 0 ? 25_000 : 5_000
    facts.forsaken[tag] = scheduler.now + delay * 1_000_000
    if isLost, isFirst { blockAgain(tag, action, after: delay + 100) }
  }

  /// The card was found, and is lost again.
  private func blockAgain(_ tag: String, _ action: Action, after delay: Int64) {
    scheduler.after(.milliseconds(delay)) { [self] in
      setBlocked(false, tag, meanwhile(.unblock, action, 3))
      setBlocked(true, tag, action, isFirst: false)
    }
  }

  /// A replaced card nobody frees, and what its person has blocked the person, or the ledger's operator.
  private func mayUnblock(_ tag: String, _ asker: CardActor, _ blocker: CardActor?, origin: EntityID) -> Bool {
    if retired.values.contains(where: { $0.contains(tag) }) { return false }
    guard asker != .ledger, let blocker else { return true }
    return asker == blocker || blocker != .holder && asker == .place(origin)
  }

  /// A lost card's money goes to another card.
  func reassign(_ action: Action) {
    let (facts, card) = (facts, action.card)
    let (old, person) = (tags[card], facts.persons[card])
    guard let new = spares.popLast() else { return }
    cardOf[new] = card
    // Some think better of it; only what has an id can be undone.
    let id = action.choice % 4 == 1 ? newID() : nil
    let origin = template.sites[template.issuer(of: old)].place
    let changer: CardChanger =
      person.map { .holder($0) } ?? (id == nil ? .ledger : .place(origin, device: nil))
    let before = Box<(blocked: Facts.Certainty, opens: Facts.Opens, owes: Bool)>((.no, .unknown, false))
    enqueue(
      "reassign \(old) to \(new)", of: (card, old),
      begins: { [self] in
        before.value = (facts.blocked[old] ?? .no, facts.opens[card] ?? .unknown, oracle.owes(old))
        facts.blocked[old] = .maybe
        facts.opens[card] = .unknown
      },
      ends: { [self] isDone, isRepeated in
        // A repetition is told that the card was replaced: by the first try.
        facts.blocked[old] = isDone ? .yes : isRepeated ? .maybe : before.value.blocked
        if isDone || isRepeated { tags[card] = new }
        if isDone || !isRepeated { facts.opens[card] = before.value.opens }
        guard isDone else { return }
        retired[card, default: []].append(old)
        if let id { undo(id, of: card, from: old, to: new, by: changer, was: before.value.blocked, action) }
        if before.value.owes, oracle.owes(old) {
          fail(Breach(.unsettled, "card \(old) was replaced, and owes for goods that are gone"))
        }
      }
    ) { [self] running in
      // A person's card only that person.
      guard action.choice.isMultiple(of: 2), person == nil else {
        var request = id.flatMap { body(changer, id: $0).object } ?? JSONObject()
        (request["to"], request["with_primary"]) = (JSON(new), false)
        _ = try await running.service.submit(ReassignCard(old, by: changer, body: .object(request)))
        return
      }
      try await ledger.atCommandLine(running) {
        _ = try await $0.reassign(from: old, to: new, withPrimary: false, reason: nil)
      }
    }
  }

  /// The lost card was found: everything is as it was, unless the new one was used since.
  private func undo(
    _ reassignment: EntityID, of card: Int, from old: String, to new: String, by changer: CardChanger,
    was blocked: Facts.Certainty, _ action: Action
  ) {
    let (facts, id) = (facts, newID())
    if action.choice % 3 == 0 { perform(meanwhile(.demand, action, 4)) }
    let before = Box<Facts.Opens>(.unknown)
    scheduler.after(.milliseconds(Int64(100 + action.choice * 2))) { [self] in
      enqueue(
        "undo \(old) to \(new)", of: (card, new),
        begins: {
          before.value = facts.opens[card] ?? .unknown
          facts.opens[card] = .unknown
          facts.blocked[old] = .maybe
        },
        ends: { [self] isDone, _ in
          facts.opens[card] = before.value
          guard isDone else { return facts.blocked[old] = .yes }
          facts.blocked[old] = blocked
          tags[card] = old
          retired[card]?.removeAll { $0 == old }
          if oracle.debits.values.contains(where: { $0.tag == new && $0.state != "refused" }) {
            fail(Breach(.blocked, "card \(old) opens its wallet again, and \(new) has paid of it since"))
          }
        }
      ) { [self] running in
        _ = try await running.service.submit(
          UndoReassignment(reassignment, by: changer, body: body(changer, id: id)))
      }
    }
  }

  /// A person limits what their card may spend.
  func limit(_ action: Action) {
    let (facts, card, tag) = (facts, action.card, tags[action.card])
    guard let person = facts.persons[card] else { return }
    let limits = Limits(
      perTap: action.choice.isMultiple(of: 2) ? action.amount : nil,
      perDay: action.choice.isMultiple(of: 3) ? action.amount * 2 : nil)
    let before = Box<[Limits]>([])
    enqueue(
      "limit \(tag) to \(limits)", of: (card, tag),
      begins: {
        before.value = facts.cardLimits[card] ?? [Limits()]
        facts.cardLimits[card] = before.value + [limits]
      },
      ends: { [self] isDone, isRepeated in
        guard isDone || !isRepeated else { return }
        facts.cardLimits[card] = isDone ? [limits] : before.value
        guard isDone else { return }
        facts.cardLimitsFrom[card] = oracle.lastDebit
        tryLimits(of: card, at: action.choice / 6 % 2, action.choice / 12)
      }
    ) { running in
      let amount = { (limit: Int64?) in limit.map { JSON($0) } ?? .null }
      _ = try await running.service.submit(
        LimitCard(
          signer: person, tag: tag, body: ["per_tap": amount(limits.perTap), "per_day": amount(limits.perDay)]))
    }
  }
}
