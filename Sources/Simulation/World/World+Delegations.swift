import FedowProtocol
import Ledger
import Model

/// What people let places do, and take back.
extension World {
  /// Whom a grant names, and the places that it means; nil: every place.
  private func grantee(_ choice: Int) -> (JSON, Set<EntityID>?) {
    switch choice % 6 {
    case 0: return (["all": true], nil)
    case 1, 2:
      let federation = template.federations[choice % 2]
      return (["federation": JSON(federation.id.text)], federation.places)
    default:
      let place = template.sites[choice % 2].place
      return (["place": JSON(place.text)], [place])
    }
  }

  func grant(_ action: Action) {
    let people = facts.holders
    guard !people.isEmpty else { return }
    let person = people[action.other % people.count]
    let (grantee, places) = grantee(action.choice)
    let limits = Limits(
      perTap: action.choice / 6 % 3 == 0 ? action.amount : nil,
      perDay: action.choice / 18 % 3 == 0 ? action.amount * 2 : nil,
      total: action.choice / 54 % 3 == 0 ? action.amount * 3 / 2 : nil)
    // Some let these do so, and nobody else any more.
    if action.choice % 6 > 0, action.choice / 6 % 2 == 0 {
      let others = facts.delegations.filter { $0.value.person == person && $0.value.revoked == .no }.map(\.key).sorted()
      for other in others { revoke(other, of: person) }
    }
    // Of one place's money alone, or not yet.
    let assets = action.choice / 7 % 4 == 0 ? [template.sites[action.choice / 28 % 2].money.text] : nil
    let delay = action.choice / 11 % 5 == 0 ? Int64(1 + action.choice % 9) * 1_000_000 : nil
    let span = action.choice / 162 % 2 == 0 ? Int64(1 + action.choice % 12) * 1_000_000 : nil
    let (fault, granted) = (fault, Box(Granted()))
    enqueue(
      "grant \(limits)", begins: { [facts] in facts.granting.insert(person) },
      ends: { [self] isDone, isRepeated in
        facts.granting.remove(person)
        if isRepeated { facts.repeatedly.insert(person) }
        guard isDone, let id = granted.value.id else { return }
        facts.delegations[id] = Facts.Grant(
          person: person, places: places, limits: limits, assets: assets.map { Set($0) }, from: granted.value.from,
          until: granted.value.until)
        if let card = facts.persons.first(where: { $0.value == person })?.key, action.choice % 2 == 0 {
          tryLimits(of: card, at: action.choice / 2 % 2, action.choice / 4)
        }
      }
    ) { [self] running in
      let amount = { (limit: Int64?) in fault == .ignoredLimits ? JSON.null : limit.map { JSON($0) } ?? .null }
      granted.value.from = delay.map { ledger.wallTime.shifted(by: $0) }
      granted.value.until = span.map { ledger.wallTime.shifted(by: $0 + (delay ?? 0)) }
      let answer = try await running.service.submit(
        GrantDelegation(
          signer: person,
          body: [
            "grantee": grantee, "purpose": "tap", "until": JSON(granted.value.until?.wire),
            "from": JSON(granted.value.from?.wire), "assets": assets.map { .array($0.map { JSON($0) }) } ?? .null,
            "per_tap": amount(limits.perTap), "per_day": amount(limits.perDay), "total": amount(limits.total),
          ]))
      granted.value.id = try JSON.parse(answer.bodyBytes)["id"]?.text.flatMap { EntityID($0) }
    }
  }

  /// What came of a grant, and when it holds.
  private struct Granted {
    var id: EntityID?
    var from: LedgerTime?
    var until: LedgerTime?
  }

  func revoke(_ action: Action) {
    let people = facts.holders
    let person = people[action.other % people.count]
    let standing = facts.delegations.filter { $0.value.person == person && $0.value.revoked == .no }.map(\.key).sorted()
    guard !standing.isEmpty else { return }
    revoke(standing[action.choice % standing.count], of: person)
  }

  private func revoke(_ id: EntityID, of person: EntityID) {
    let facts = facts
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
