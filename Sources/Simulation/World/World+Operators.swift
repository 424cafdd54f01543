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
