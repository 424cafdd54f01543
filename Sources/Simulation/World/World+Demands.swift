import FedowProtocol
import Ledger
import Model

/// What a place has debited without a kiosk: by a program that asks for a debit and looks at nothing before, or by a till
/// of the old kind. Only the ledger stands between it and the money.
extension World {
  func demand(_ action: Action) {
    let found = action.choice % 9 == 1 ? retired[action.card]?.last : nil
    let tag = found ?? tags[action.card]
    if action.choice % 7 < 3, let id = earlierDemand(action), let earlier = facts.demands[id] {
      if action.choice % 7 == 1 { return takeBack(id, action) }
      // The same again, or another under the same id.
      var again = earlier
      if action.choice % 7 == 2 { again.amount = action.amount }
      return ask(id, again)
    }
    let id = newID().text
    if action.choice % 3 == 0 && facts.isAnonymous(action.card) {
      let number = action.choice % 2
      let sale = Facts.OldTillSale(
        tag: tag, site: number, money: action.choice / 13 % 3 == 0 ? 1 - number : number,
        amount: edge(of: tag, action) ?? action.amount)
      // Some have the card that lies there pay out of another's wallet.
      let payer = action.choice / 21 % 6 == 0 ? profile.cards.first { $0 != action.card } : nil
      return sell(sale, out: payer ?? cardOf[tag], id: id)
    }
    let demand = Facts.Demand(
      tag: tag, site: action.choice % 2, isSplit: action.choice / 2 % 3 == 0,
      isStranger: action.choice / 6 % 8 == 0, amount: edge(of: tag, action) ?? action.amount)
    facts.demands[id] = demand
    ask(id, demand)
  }

  /// Sometimes exactly what some limit still lets pass, or the least more.
  private func edge(of tag: String, _ action: Action) -> Int64? {
    guard action.choice / 3 % 4 == 0 else { return nil }
    let edges = edges(of: tag)
    guard !edges.isEmpty else { return nil }
    return edges[action.choice % edges.count] + Int64(action.choice / 12 % 2)
  }

  /// What the limits that count for a card let pass, at once and after what was taken.
  private func edges(of tag: String) -> [Int64] {
    guard let card = cardOf[tag] else { return [] }
    let posted = oracle.debits.values.filter { $0.state == "posted" }
    let onCard = posted.filter { cardOf[$0.tag] == card }.reduce(0) { $0 + $1.amount }
    var limits = (facts.cardLimits[card] ?? []).map { ($0, used: onCard) }
    if let person = facts.persons[card] {
      for (id, grant) in facts.delegations.sorted(by: { $0.key < $1.key }) where grant.person == person {
        let used = posted.filter { $0.delegation == id.text }.reduce(0) { $0 + $1.amount }
        limits.append((grant.limits, used))
      }
    } else {
      limits += facts.terms(of: tag, template).map { ($0, onCard) }
    }
    return limits.flatMap { limits, used in
      [limits.perTap] + [limits.perDay, limits.total].flatMap { [$0, $0.map { $0 - used }] }
    }.compactMap(\.self).filter { $0 > 0 }
  }

  /// Has a card whose limits are new debited of a part of what they let pass, and then of the rest, or of the least more.
  func tryLimits(of card: Int, at site: Int, _ choice: Int) {
    for round in 0..<3 {
      scheduler.after(.milliseconds(50 + 150 * Int64(round))) { [self] in
        let (tag, id) = (tags[card], newID().text)
        // Of those that one debit cannot reach alone the rest is what matters in the end.
        guard let edge = round == 0 ? edges(of: tag).first : edges(of: tag).last else { return }
        let amount = round == 0 ? max(1, edge / 2) : edge + Int64(choice / 2 % 2)
        if choice % 3 == 0 && facts.isAnonymous(card) {
          return sell(Facts.OldTillSale(tag: tag, site: site, money: site, amount: amount), out: card, id: id)
        }
        let demand = Facts.Demand(tag: tag, site: site, isSplit: false, amount: amount)
        facts.demands[id] = demand
        ask(id, demand)
      }
    }
  }

  /// One that was made before; of those that were refused first, for they might be made now.
  private func earlierDemand(_ action: Action) -> String? {
    let all = facts.demands.keys.sorted()
    let refused = all.filter { facts.demands[$0]?.isRefused == true }
    let known = action.choice % 7 == 0 && !refused.isEmpty ? refused : all
    // Of what was taken of two assets both have to come back.
    let split = all.filter { facts.demands[$0]?.isSplit == true && facts.demands[$0]?.madeAt != nil }
    let wanted = action.choice % 7 == 1 && !split.isEmpty ? split : known
    return wanted.isEmpty ? nil : wanted[action.choice / 7 % wanted.count]
  }

  func ask(_ id: String, _ demand: Facts.Demand) {
    let place = template.sites[demand.site].place
    let parts = demand.parts(of: demand.amount)
    let body: JSON = [
      "id": JSON(id), "card": JSON(demand.tag), "is_offline": false,
      "parts": .array(
        parts.map { ["asset": JSON(template.money(of: $0.site)), "amount": JSON($0.amount)] }),
    ]
    let (device, isOpen) = (demandDevice, facts.disabled[place.text] ?? .no == .no)
    atLedger("demand \(demand.amount) of card \(demand.tag)") { running in
      try await running.service.submit(PostDebit(place: place, device: device, debit: DebitRequest(body)))
    } ends: { [self] answer in
      let taken = oracle.taken(by: id)
      switch answer {
      case 200, 201:
        if taken != demand.amount {
          fail(Breach(.once, "a demand of \(demand.amount) is answered as made, and \(taken) was taken"))
        }
        let first = facts.demands[id]?.madeAt ?? scheduler.now
        facts.demands[id]?.madeAt = first
      case 400..<500:
        let isConflict = demand.amount != facts.demands[id]?.amount
        let wasHeard = isOpen && facts.disabled[place.text] ?? .no == .no
        if !isConflict && wasHeard && taken == 0 { facts.demands[id]?.isRefused = true }
      default: break
      }
    }
  }

  /// Wants a demand taken back, under a new id each time; sometimes from a device that has not made it.
  private func takeBack(_ id: String, _ action: Action) {
    guard let demand = facts.demands[id], let debit = EntityID(id), let madeAt = demand.madeAt else { return }
    let isStrange = action.choice % 4 == 0
    let (device, body) = (isStrange ? newID() : demandDevice, ["id": JSON(newID().text)] as JSON)
    let place = template.sites[demand.site].place
    let window = profile.stepsClocks ? .max : madeAt + (profile.voidWindow + 1) * 1_000_000_000
    // The money of the other place may be paid out a moment before: then all of it stays.
    if action.choice % 5 < 3 { deposit(from: 1 - demand.site, at: demand.site) }
    // Or the card is emptied, and is nobody's.
    if action.choice % 5 == 4, let card = cardOf[demand.tag], tags[card] == demand.tag {
      refund(demand.tag, Action(kind: .refund, gap: 0, kiosk: 0, card: card, other: 0, amount: 0, choice: 3))
    }
    let refusal = Box<(code: String?, after: Int64)>((nil, 0))
    atLedger("take \(demand.amount) back to card \(demand.tag)", after: .milliseconds(300)) { [self] running in
      let before = oracle.chain.lastSequence
      do {
        return try await running.service.submit(VoidDebit(place: place, device: device, debit: debit, body: body))
      } catch {
        refusal.value = (Self.refusal(error), before)
        throw error
      }
    } ends: { [self] answer in
      if refusal.value == (Refusal.Code.voidNotCovered.rawValue, oracle.chain.lastSequence) { checkNotCovered(id) }
      guard answer == 201 else {
        // What could not be taken back may have been begun: the money is asked for once more.
        let id = newID().text
        let again = Facts.Demand(tag: demand.tag, site: demand.site, isSplit: demand.isSplit, amount: demand.amount)
        facts.demands[id] = again
        return ask(id, again)
      }
      if isStrange || scheduler.now > window {
        fail(
          Breach(.void, "tap \(id) is taken back by \(isStrange ? "a device that has not made it" : "far too late")"))
      }
    }
  }

  /// What a person paid comes back to them, whatever became of their card, while the place has it.
  private func checkNotCovered(_ debit: String) {
    let sales = oracle.chain.salesOf[debit] ?? []
    let isThere = sales.allSatisfy { sale in
      oracle.chain.balances[Chain.Holding(wallet: sale.receiver, asset: sale.asset)] ?? 0 >= sale.amount
    }
    guard isThere, let payer = sales.first?.sender, template.people.contains(where: { $0.text == payer }) else {
      return
    }
    fail(Breach(.void, "tap \(debit) is not taken back for want of money, which is there"))
  }

  /// At a till of the old kind.
  private func sell(_ sale: Facts.OldTillSale, out card: Int?, id: String) {
    facts.oldTillSales[id] = sale
    guard let card, case .wallet(let wallet) = facts.opens[card] else { return }
    let (site, money) = (template.sites[sale.site], template.sites[sale.money].money)
    atLedger("sell for \(sale.amount) at an old till to card \(sale.tag)") { running in
      let body: JSON = [
        "amount": JSON(sale.amount), "sender": JSON(wallet), "receiver": JSON(site.wallet.text),
        "asset": JSON(money.text), "user_card_firstTagId": JSON(sale.tag),
        "primary_card_fisrtTagId": JSON(site.operatorTag), "metadata": ["debit_id": JSON(id)],
      ]
      return try await running.service.submit(PostTransaction(place: site.place, body: body))
    }
  }

  /// Has something done at the ledger once, whatever comes of it.
  /// - Parameter ends: called with the status of the answer, when one came.
  func atLedger(
    _ what: String, after delay: Duration = .zero,
    _ work: @escaping @Sendable (SimulatedLedger.Running) async throws -> Answer,
    ends: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    scheduler.after(delay) { [self] in atLedgerNow(what, work, ends: ends) }
  }

  private func atLedgerNow(
    _ what: String, _ work: @escaping @Sendable (SimulatedLedger.Running) async throws -> Answer,
    ends: @escaping @Sendable (Int) -> Void
  ) {
    guard let running = ledger.running else { return }
    scheduler.start { [self] in
      let status: Int
      var why = ""
      do {
        status = try await work(running).status
      } catch {
        let rejection = error as? Rejection ?? (error as? Refusal).map { Rejection($0) }
        status = rejection?.answer.status ?? 500
        why = " " + String(decoding: (rejection?.answer.bodyBytes ?? []).prefix(100), as: UTF8.self)
      }
      guard !running.life.isOver else { return }
      note("\(what): \(status)\(why)")
      // What was committed in this instant is looked at first.
      scheduler.after(.zero) { if !running.life.isOver { ends(status) } }
    }
  }
}
