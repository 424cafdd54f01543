import FedowProtocol
import Ledger
import Model
import Signing

/// What people do with their wallets: they take cards into them, and give each other money.
extension World {
  // MARK: Cards

  /// Somebody who has no card yet makes one that is nobody's theirs, sometimes in the middle of what is paid by it.
  func link(_ action: Action, at kiosk: SimulatedKiosk) {
    switch action.choice % 4 {
    case 0: link(action)
    case 1:
      // What was paid before comes back after, sometimes all that lay there.
      if action.choice % 8 == 1 { empty(action.card, at: kiosk.site) }
      perform(meanwhile(.undo, action, 18))
    case 2:
      perform(meanwhile(.undo, action, 22))
    default:
      perform(meanwhile(.island, action, 12))
    }
  }

  /// Has all of a place's money on a card debited there.
  private func empty(_ card: Int, at site: Int) {
    guard case .wallet(let wallet) = facts.opens[card], facts.isAnonymous(card) else { return }
    let holding = Chain.Holding(wallet: wallet, asset: template.money(of: site))
    guard let amount = oracle.chain.balances[holding], amount > 0 else { return }
    let (id, demand) = (newID().text, Facts.Demand(tag: tags[card], site: site, isSplit: false, amount: amount))
    facts.demands[id] = demand
    ask(id, demand)
  }

  /// By the number that is printed on it, or after its place has offered it.
  func link(_ action: Action) {
    let (facts, card, tag) = (facts, action.card, tags[action.card])
    let isOffered = action.choice / 4 % 2 == 0
    let (offerID, confirmationID) = (newID(), newID())
    let site = template.sites[template.issuer(of: tag)]
    let chosen = Box<(guest: Int, person: EntityID)?>(nil)
    let before = Box<(opens: Facts.Opens, rights: [Right])>((.unknown, []))
    enqueue(
      "link \(tag)", of: (card, tag),
      begins: { [self] in
        // One card each.
        let free = template.guests.enumerated().first { !facts.persons.values.contains($0.element) }
        guard let free, facts.isAnonymous(card) else { return }
        chosen.value = (free.offset, free.element)
        before.value.opens = facts.opens[card] ?? .unknown
        facts.linking[card] = free.element
        facts.opens[card] = .unknown
        facts.granting.insert(free.element)
      },
      ends: { [self] isDone, _ in
        guard let person = chosen.value?.person else { return }
        facts.linking[card] = nil
        facts.granting.remove(person)
        guard isDone else { return facts.opens[card] = before.value.opens }
        facts.persons[card] = person
        facts.opens[card] = .wallet(person.text)
        // What the card carried by its issue its person lets be taken from now on.
        let limits = facts.terms(of: tag, template)
        for right in before.value.rights where limits.count == 1 && facts.delegations[right.id] == nil {
          guard right.limits == limits[0] else {
            return fail(Breach(.limit, "card \(tag) was linked with \(right.limits), and its terms are \(limits[0])"))
          }
          facts.delegations[right.id] = Facts.Grant(person: person, places: nil, limits: right.limits)
        }
        if limits.count != 1 { facts.repeatedly.insert(person) }
      }
    ) { [self] running in
      guard let (guest, person) = chosen.value else { throw Refusal(.requestMalformed, "nobody wants it") }
      if isOffered {
        var offer = body(.place(site.place, device: nil), id: offerID).object ?? JSONObject()
        offer["email"] = JSON(Template.address(ofGuest: guest))
        _ = try await running.service.submit(
          BindCard(tag, by: .place(site.place, device: nil), body: .object(offer)))
        _ = try await running.service.submit(
          ConfirmCard(signer: person, tag: tag, body: ["id": JSON(confirmationID.text)]))
      } else {
        try await link(tag, to: person, running)
      }
      before.value.rights = try await rights(of: person, running)
    }
  }

  /// Who is refused looks whether the card is theirs already.
  private func link(_ tag: String, to person: EntityID, _ running: SimulatedLedger.Running) async throws {
    do {
      _ = try await running.service.submit(
        LinkCard(signer: person, body: ["wallet": JSON(person.text), "card_number": JSON(tag)], card: .number))
    } catch let rejection as Rejection {
      let own = try JSON.parse(try await LedgerQueries(store: running.store).ownCards(person).bodyBytes)
      guard own.elements?.contains(where: { $0["first_tag_id"]?.text == tag }) == true else { throw rejection }
    }
  }

  /// What a person is told that they let be taken.
  private struct Right {
    let id: EntityID
    let limits: Limits
  }

  private func rights(of person: EntityID, _ running: SimulatedLedger.Running) async throws -> [Right] {
    try await running.administration.delegations(of: person.text).elements?.compactMap { right in
      right["id"]?.text.flatMap { EntityID($0) }.map {
        Right(
          id: $0,
          limits: Limits(
            perTap: right["per_tap"]?.int64, perDay: right["per_day"]?.int64, total: right["total"]?.int64))
      }
    } ?? []
  }

  // MARK: Money

  /// A person gives another money, the same once more, or something else under the same id.
  func give(_ action: Action) {
    let holders = facts.holders
    guard !holders.isEmpty else { return }
    if action.choice % 5 == 0 { return limitGiving(action) }
    let sender = holders[action.other % holders.count]
    let others = template.people.filter { $0 != sender }
    let receiver = others[action.choice / 5 % others.count]
    let money = template.everyone[action.choice / 15 % 3].money.text
    let held = oracle.chain.balances[Chain.Holding(wallet: sender.text, asset: money)] ?? 0
    // Sometimes all that is there, or the least more.
    let amount = action.choice / 45 % 3 == 0 ? max(1, held + Int64(action.choice % 2)) : action.amount
    let transfer = Facts.Transfer(sender: sender.text, receiver: receiver.text, asset: money, amount: amount)
    let earlier = facts.transfers.filter { $0.value.sender == sender.text }.keys.sorted()
    switch action.choice / 3 % 5 {
    case 0 where !earlier.isEmpty:
      let id = earlier[action.choice % earlier.count]
      give(facts.transfers[id] ?? transfer, id: id, action)
    case 1 where !earlier.isEmpty: give(transfer, id: earlier[action.choice % earlier.count], action)
    default: give(transfer, id: newID().text, action)
    }
  }

  /// A person gives another whatever they have of some money.
  func giveAway(of person: EntityID, _ action: Action) {
    let held = oracle.chain.balances.filter { $0.key.wallet == person.text && $0.value > 0 }
    guard let (holding, amount) = held.min(by: { $0.key.asset < $1.key.asset }),
      let receiver = template.people.first(where: { $0 != person })
    else { return }
    give(
      Facts.Transfer(sender: person.text, receiver: receiver.text, asset: holding.asset, amount: amount),
      id: newID().text, action)
  }

  private func give(_ transfer: Facts.Transfer, id: String, _ action: Action) {
    guard let sender = EntityID(transfer.sender), let receiver = EntityID(transfer.receiver),
      let key = template.keys[sender]
    else { return }
    let isFirst = facts.transfers.updateValue(facts.transfers[id] ?? transfer, forKey: id) == nil
    let body: JSON = [
      "id": JSON(id), "asset": JSON(transfer.asset), "amount": JSON(transfer.amount),
      "receiver": name(of: receiver, action.choice),
    ]
    let answered = Box<(status: Int, code: String?, after: Int64)>((0, nil, 0))
    let payer = Chain.Holding(wallet: transfer.sender, asset: transfer.asset)
    enqueue(
      "give \(transfer.amount)",
      ends: { [self] isDone, isRepeated in
        guard isDone else { return }
        let (status, code, after) = answered.value
        // Of what is not an answer of before, and nothing was posted since it was asked.
        if isFirst, !isRepeated, code == Refusal.Code.insufficientFunds.rawValue, after == oracle.chain.lastSequence,
          oracle.chain.balances[payer] ?? 0 >= transfer.amount
        {
          fail(Breach(.refusal, "a transfer of \(transfer.amount) is refused for want of money, which is there"))
        }
        let given = oracle.given(by: id)
        guard given != ((200..<300).contains(status) ? transfer.amount : 0) else { return }
        fail(
          Breach(.once, "a transfer of \(transfer.amount) was answered with \(status), and \(given) was given"))
      }
    ) { [self] running in
      let request = try TransferRequest(body, signature: Base64URL.encode(try key.sign(SignedMessage.post(body))))
      let before = oracle.chain.lastSequence
      let answer = try await running.service.submit(PostTransfer(signer: sender, request: request))
      answered.value = (answer.status, (try? JSON.parse(answer.bodyBytes))?["code"]?.text, before)
    }
  }

  /// How people name each other.
  private func name(of person: EntityID, _ choice: Int) -> JSON {
    if choice % 3 == 0, let guest = template.guests.firstIndex(of: person) {
      return ["email": JSON(Template.address(ofGuest: guest))]
    }
    if choice % 3 == 1, let card = facts.persons.first(where: { $0.value == person })?.key {
      return ["card": JSON(tags[card])]
    }
    return ["wallet": JSON(person.text)]
  }

  /// A person limits what they give away.
  private func limitGiving(_ action: Action) {
    let facts = facts
    let person = facts.holders[action.other % facts.holders.count]
    let limits = Limits(
      perTap: action.choice.isMultiple(of: 2) ? action.amount : nil,
      perDay: action.choice.isMultiple(of: 3) ? action.amount * 3 / 2 : nil,
      total: action.choice % 4 == 1 ? action.amount * 2 : nil)
    enqueue(
      "give at most \(limits)",
      begins: { facts.givingLimits[person, default: [Limits()]].append(limits) },
      ends: { _, _ in facts.givingLimits[person] = [limits] }
    ) { running in
      let amount = { (limit: Int64?) in limit.map { JSON($0) } ?? .null }
      _ = try await running.service.submit(
        LimitTransfers(
          signer: person,
          body: [
            "per_transfer": amount(limits.perTap), "per_day": amount(limits.perDay), "total": amount(limits.total),
          ]))
    }
  }
}
