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
    case .block: setBlocked(true, tag, isIgnored: fault == .ignoredBlock)
    case .unblock: setBlocked(false, tag, isIgnored: false)
    case .reassign: reassign(action.card)
    case .grant: grant(action)
    case .revoke: revoke(action)
    case .terms: setTerms(action)
    case .revokeDevice: revoke(kiosk)
    case .rotateKeys: rotateKeys(of: kiosk.site)
    default: break
    }
  }

  private func refill(_ tag: String, _ action: Action) {
    let card = template.cards[action.card]
    let site = template.sites[card.site]
    enqueue("refill \(tag)") { running in
      let read = try JSON.parse(try await running.service.submit(ReadCard(place: site.place, tag: tag)).bodyBytes)
      guard let wallet = read["wallet"]?["uuid"]?.text.flatMap({ EntityID($0) }) else { throw Refusal(.cardUnknown) }
      _ = try await running.service.submit(Refill.command(action.amount, to: wallet, tag: tag, at: site))
    }
  }

  private func refund(_ tag: String, _ action: Action) {
    let site = template.sites[template.cards[action.card].site]
    let id = newID()
    enqueue("refund \(tag)") { running in
      guard let place = try await running.administration.places().first(where: { $0.uuid == site.place }) else {
        return
      }
      let preview = try JSON.parse(
        try await LedgerQueries(store: running.store).refundPreview(tag: tag, place: place).bodyBytes)
      let body: JSON = [
        "id": JSON(id.text), "operator_card": JSON(site.operatorTag), "expected_total": preview["total"] ?? nil,
        "void": .bool(action.choice.isMultiple(of: 3)),
      ]
      _ = try await running.service.submit(
        PostRefund(place: site.place, device: nil, tag: tag, body: body),
        guarded: try PostRefund.replayGuard(place: site.place, tag: tag, body: body))
    }
  }

  private func setBlocked(_ isLost: Bool, _ tag: String, isIgnored: Bool) {
    let facts = facts
    let before = facts.blocked[tag] ?? .no
    enqueue(
      "\(isLost ? "block" : "unblock") \(tag)", begins: { facts.blocked[tag] = .maybe },
      ends: { isDone, _ in facts.blocked[tag] = isDone ? (isLost ? .yes : .no) : before }
    ) { running in
      if isIgnored { return }
      _ = try await running.service.submit(
        isLost ? BlockCard.lost(tag, by: .ledger, body: [:]) : .unblock(tag, by: .ledger, body: [:]))
    }
  }

  private func reassign(_ card: Int) {
    let (facts, old) = (facts, tags[card])
    guard let new = spares.popLast() else { return }
    let before = facts.blocked[old] ?? .no
    enqueue(
      "reassign \(old) to \(new)", begins: { facts.blocked[old] = .maybe },
      ends: { [self] isDone, isRepeated in
        // A repetition is told that the card was replaced: by the first try.
        facts.blocked[old] = isDone ? .yes : isRepeated ? .maybe : before
        if isDone || isRepeated { tags[card] = new }
      }
    ) { running in
      _ = try await running.service.submit(
        ReassignCard(old, by: .ledger, body: ["to": JSON(new), "with_primary": false]))
    }
  }

  private func setTerms(_ action: Action) {
    let limits = Limits(
      perTap: action.choice.isMultiple(of: 2) ? action.amount : nil,
      perDay: action.choice.isMultiple(of: 3) ? action.amount * 2 : nil)
    let facts = facts
    enqueue(
      "terms \(limits)", begins: { facts.terms.append(limits) },
      ends: { [self] _, _ in
        facts.terms = [limits]; facts.termsFrom = oracle.lastDebit
      }
    ) { running in
      _ = try await running.administration.changeTerms(federation: nil) {
        $0.limits = Delegation.Limits(perTap: limits.perTap, perDay: limits.perDay)
      }
    }
  }

  private func grant(_ action: Action) {
    let people = template.cards.compactMap(\.person)
    let person = people[action.other % people.count]
    let site = action.choice % 4 == 0 ? nil : template.sites[action.choice % 2]
    let limits = Limits(
      perTap: action.choice % 3 == 0 ? action.amount : nil, perDay: action.choice % 5 == 0 ? action.amount * 2 : nil,
      total: action.choice % 7 == 0 ? action.amount * 3 : nil)
    let (facts, fault, granted) = (facts, fault, Box<EntityID?>(nil))
    enqueue(
      "grant \(limits)", begins: { facts.granting.insert(person) },
      ends: { isDone, isRepeated in
        if !isRepeated { facts.granting.remove(person) }
        guard isDone, let id = granted.value else { return }
        facts.delegations[id] = Facts.Grant(person: person, place: site?.place, limits: limits)
      }
    ) { running in
      let amount = { (limit: Int64?) in fault == .ignoredLimits ? JSON.null : limit.map { JSON($0) } ?? .null }
      let answer = try await running.service.submit(
        GrantDelegation(
          signer: person,
          body: [
            "grantee": site.map { ["place": JSON($0.place.text)] } ?? ["all": true], "purpose": "tap",
            "per_tap": amount(limits.perTap), "per_day": amount(limits.perDay), "total": amount(limits.total),
          ]))
      granted.value = try JSON.parse(answer.bodyBytes)["id"]?.text.flatMap { EntityID($0) }
    }
  }

  private func revoke(_ action: Action) {
    let people = template.cards.compactMap(\.person)
    let person = people[action.other % people.count]
    let facts = facts
    let standing = facts.delegations.filter { $0.value.person == person && $0.value.revoked == .no }.map(\.key).sorted()
    guard !standing.isEmpty else { return }
    let id = standing[action.choice % standing.count]
    let isIgnored = fault == .ignoredRevocation
    enqueue(
      "revoke a delegation", begins: { facts.delegations[id]?.revoked = .maybe },
      ends: { isDone, _ in facts.delegations[id]?.revoked = isDone ? .yes : .maybe }
    ) { running in
      if isIgnored { return }
      _ = try await running.service.submit(RevokeDelegation(signer: person, delegation: id))
    }
  }
}
