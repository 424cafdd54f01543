import FedowProtocol
import Kiosk
import Ledger
import Model
import Rules

extension World {
  func operate(_ action: Action, at kiosk: SimulatedKiosk) {
    let tag = tags[action.card]
    switch action.kind {
    case .refill: refill(tag, action)
    case .refund: refund(tag, action)
    case .deposit: deposit(from: action.choice % 2, at: action.choice / 2 % 2)
    case .block:
      setBlocked(true, tag, action)
      if action.choice % 7 == 3 { contest(action) }
    case .unblock: unblock(tag, action)
    case .reassign: reassign(action)
    case .limit: limit(action)
    case .grant: grant(action)
    case .revoke: revoke(action)
    case .terms: setTerms(action)
    case .accept: accept(action)
    case .revokeDevice: revoke(kiosk)
    case .rotateKeys: rotateKeys(of: kiosk.site)
    case .disable: shut(kiosk.site, for: 2 + action.choice % 20)
    default: break
    }
  }

  /// With the money of the place that issued the card, or of the other, under an id by which a repetition is known.
  private func refill(_ tag: String, _ action: Action) {
    let own = template.cards[action.card].site
    // Somebody may use the id of another refill, which must not be taken for this one.
    let known = action.choice % 7 == 0 ? lastRefill : nil
    let number = known?.site ?? (action.choice.isMultiple(of: 3) ? 1 - own : own)
    let (site, id) = (template.sites[number], known?.id ?? newID())
    lastRefill = (id, number)
    let (isKnown, isForgetful) = (known != nil, fault == .repeatedRefill)
    enqueue(
      "refill \(tag)",
      ends: { [self] isDone, isRepeated in
        guard isDone || !isRepeated && !isKnown else { return }
        let filled = oracle.filled(by: id.text)
        if filled != (isDone ? action.amount : 0) {
          fail(
            Breach(.durability, "a refill of \(action.amount) was \(isDone ? "done" : "refused"), and \(filled) came"))
        }
      }
    ) { [self] running in
      let read = try JSON.parse(try await running.service.submit(ReadCard(place: site.place, tag: tag)).bodyBytes)
      guard let wallet = read["wallet"]?["uuid"]?.text.flatMap({ EntityID($0) }) else { throw Refusal(.cardUnknown) }
      facts.refills[id.text, default: []].insert(Facts.Refill(wallet: wallet.text, site: number))
      let body = Refill.body(action.amount, to: wallet, tag: tag, at: site, id: id)
      _ = try await running.service.submit(
        PostTransaction(place: site.place, body: body),
        guarded: isForgetful ? nil : Refill.replayGuard(id, body, at: site))
    }
  }

  private func refund(_ tag: String, _ action: Action) {
    let (card, own) = (action.card, template.cards[action.card].site)
    let number = action.choice.isMultiple(of: 5) ? 1 - own : own
    let site = template.sites[number]
    let (id, facts, isVoid) = (newID(), facts, action.choice.isMultiple(of: 3))
    let isOld = action.choice % 4 == 2
    // A repetition asks for what the first try has shown.
    let shown = Box<Int64?>(nil)
    let before = Box<(opens: Facts.Opens, limits: [Limits])>((.unknown, []))
    enqueue(
      "refund \(tag)", of: isVoid ? (card, tag) : nil,
      begins: {
        facts.refunds[id.text] = Facts.Refund(tag: tag, site: number)
        guard isVoid else { return }
        before.value = (facts.opens[card] ?? .unknown, facts.cardLimits[card] ?? [Limits()])
        facts.opens[card] = .unknown
        facts.cardLimits[card] = before.value.limits + [Limits()]
      },
      ends: { [self] isDone, isRepeated in
        if isVoid, isDone || !isRepeated {
          facts.opens[card] = isDone ? before.value.opens.emptied : before.value.opens
          facts.cardLimits[card] = isDone ? [Limits()] : before.value.limits
        }
        if isDone, isVoid, number != template.issuer(of: tag) {
          fail(Breach(.blocked, "card \(tag) was freed by a place that has not issued it"))
        }
        let paid = oracle.paidBack(by: id.text)
        if isDone, paid != shown.value {
          fail(Breach(.conservation, "a refund of \(shown.value ?? 0) was done, and \(paid) was paid back"))
        }
      }
    ) { running in
      guard let place = try await running.administration.places().first(where: { $0.uuid == site.place }) else {
        return
      }
      if shown.value == nil {
        shown.value =
          try JSON.parse(
            try await LedgerQueries(store: running.store).refundPreview(tag: tag, place: place).bodyBytes)["total"]?
          .int64
      }
      // What they were shown was of before somebody filled the card, or paid with it: they have to look again.
      if isOld, let total = shown.value { shown.value = max(0, action.choice % 8 == 2 ? total - 1 : total + 1) }
      let body: JSON = [
        "id": JSON(id.text), "operator_card": JSON(site.operatorTag),
        "expected_total": shown.value.map { JSON($0) } ?? nil,
        "void": .bool(isVoid),
      ]
      _ = try await running.service.submit(
        PostRefund(place: site.place, device: nil, tag: tag, body: body),
        guarded: try PostRefund.replayGuard(place: site.place, tag: tag, body: body))
    }
  }

  func deposit(from issuer: Int, at holder: Int) {
    let (issuer, holder) = (template.sites[issuer], template.sites[holder])
    facts.deposits.insert(Facts.Deposit(holder: holder.wallet.text, asset: issuer.money.text))
    enqueue("deposit at \(holder.name)") { running in
      let body: JSON = ["wallet_to_deposit": JSON(holder.wallet.text), "asset": JSON(issuer.money.text)]
      _ = try await running.service.submit(DepositInBank(place: issuer.place, body: body))
    }
  }

  /// A place is shut out, and let in again.
  private func shut(_ site: Int, for seconds: Int) {
    let (facts, place, name) = (facts, template.sites[site].place.text, template.sites[site].name)
    // By another errand it may be open again already.
    func set(_ isDisabled: Bool) {
      enqueue(
        "\(isDisabled ? "shut" : "open") \(name)", begins: { facts.disabled[place] = .maybe },
        ends: { _, _ in facts.disabled[place] = isDisabled ? .yes : .no }
      ) { [self] running in
        try await ledger.atCommandLine(running) { _ = try await $0.setDisabled(isDisabled, place: name) }
      }
    }
    set(true)
    scheduler.after(.seconds(seconds)) { set(false) }
  }

  /// A place takes all of the other's money, some of it or none, and is tried at once.
  private func accept(_ action: Action) {
    let (number, facts) = (action.choice % 2, facts)
    let (site, money) = (template.sites[number], template.sites[1 - number].money)
    let acceptance =
      switch action.choice / 2 % 4 {
      case 0: Acceptance.none
      case 1: Acceptance.whole
      default: Acceptance(isAccepted: true, ceiling: action.amount)
      }
    enqueue(
      "\(site.name) takes of the other's money: \(acceptance.isAccepted) \(acceptance.ceiling ?? -1)",
      begins: { facts.acceptances[site.wallet.text, default: [.whole]].append(acceptance) },
      ends: { [self] _, _ in
        facts.acceptances[site.wallet.text] = [acceptance]
        for round in 0...(action.choice / 8 % 3) { perform(meanwhile(.demand, action, action.choice + 6 * round)) }
      }
    ) { [self] running in
      try await ledger.atCommandLine(running) {
        var change = AcceptanceChange()
        change.named = [(money.text, acceptance)]
        _ = try await $0.changeAcceptance(place: site.name, change)
      }
    }
  }

  private func setTerms(_ action: Action) {
    let limits = Limits(
      perTap: action.choice.isMultiple(of: 2) ? action.amount : nil,
      perDay: action.choice.isMultiple(of: 3) ? action.amount * 2 : nil,
      total: action.choice.isMultiple(of: 5) ? action.amount * 3 : nil)
    let facts = facts
    // Of all, or of one federation, whose terms then count for its places' cards.
    let name: String? = action.choice / 30 % 3 == 0 ? nil : Template.federationNames[action.choice / 90 % 2]
    enqueue(
      "terms of \(name ?? "all") \(limits)", begins: { facts.terms[name ?? "", default: [nil]].append(limits) },
      ends: { [self] _, _ in
        facts.terms[name ?? ""] = [limits]
        (facts.termsFrom, facts.termsFromSequence) = (oracle.lastDebit, oracle.chain.lastSequence)
        // At the place of which the card is, where its money and its terms are.
        if let card = profile.cards.first(where: { facts.isAnonymous($0) }), action.choice % 4 > 0 {
          tryLimits(of: card, at: template.cards[card].site, action.choice / 4)
        }
      }
    ) { [self] running in
      try await ledger.atCommandLine(running) {
        _ = try await $0.changeTerms(federation: name) {
          $0.limits = Delegation.Limits(perTap: limits.perTap, perDay: limits.perDay, total: limits.total)
        }
      }
    }
  }
}

extension Facts.Opens {
  /// After the card was emptied and given to nobody.
  fileprivate var emptied: Facts.Opens {
    if case .wallet(let wallet) = self { .freshWallet(not: wallet) } else { .unknown }
  }
}
