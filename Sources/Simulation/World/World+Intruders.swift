import FedowProtocol
import Kiosk
import Ledger
import Model
import Transport

/// Whoever has no leave tries: what they ask for is never done.
extension World {
  func intrude(_ action: Action, at kiosk: SimulatedKiosk) {
    switch action.choice % 9 {
    case 0, 1, 2: forge(action, at: kiosk)
    case 3: limitAnothers(action)
    case 4, 5: reassignAnothers(action)
    case 6: revokeAnothers(action)
    case 7: depositAnothers(action)
    default: enrolAgain(action)
    }
  }

  private func mustFail(
    _ what: String, _ rule: Breach.Rule, _ work: @escaping @Sendable (SimulatedLedger.Running) async throws -> Answer
  ) {
    atLedger(what, work) { [self] status in
      if (200..<300).contains(status) { fail(Breach(rule, "\(what) was done, for who may not")) }
    }
  }

  /// Whoever has heard a debit sends another with its signature, signs it as another kiosk, or guesses at the key.
  private func forge(_ action: Action, at kiosk: SimulatedKiosk) {
    guard let heard = kiosk.correspondence.lastDebit, var body = (try? JSON.parse(heard.body ?? []))?.object else {
      return
    }
    var headers = heard.headers
    switch action.choice / 9 % 3 {
    case 0: body["id"] = JSON(newID().text)
    case 1:
      let other = tills.first { $0.number != kiosk.number }?.correspondence.lastDebit
      guard let signature = other?.headers.first(where: { $0.hasPrefix("Signature: ") }) else { return }
      headers = headers.map { $0.hasPrefix("Signature: ") ? signature : $0 }
    default:
      headers = headers.map { header in
        guard header.hasPrefix("Authorization: "), let last = header.last else { return header }
        return header.dropLast() + (last == "A" ? "B" : "A")
      }
    }
    note("\(kiosk.name): somebody forges a debit")
    let forged = HTTPRequest(method: "POST", url: heard.url, headers: headers, body: JSON.object(body).compactBytes)
    _ = ledger.receive(forged) { [self] answer in
      if (200..<300).contains(answer.status) { fail(Breach(.device, "a forged debit of \(kiosk.name) was taken")) }
    }
  }

  /// A person that does not hold this card.
  private func stranger(to card: Int, _ choice: Int) -> EntityID? {
    let people = facts.holders.filter { $0 != facts.persons[card] }
    return people.isEmpty ? nil : people[choice % people.count]
  }

  private func limitAnothers(_ action: Action) {
    guard let person = stranger(to: action.card, action.other) else { return }
    let tag = tags[action.card]
    mustFail("limit \(tag) for a stranger", .limit) { running in
      try await running.service.submit(LimitCard(signer: person, tag: tag, body: ["per_tap": 1, "per_day": 1]))
    }
  }

  /// A person's card by a place or another person, one of a place by another place, or onto a card that is used.
  private func reassignAnothers(_ action: Action) {
    let card = action.card
    let (old, holder) = (tags[card], facts.persons[card])
    var (new, changer) = (spares.last, holder.map { CardChanger.holder($0) } ?? .ledger)
    var foreign: CardChanger?
    switch action.choice / 9 % 3 {
    case 0:
      let issuer = template.issuer(of: old)
      changer = .place(template.sites[holder == nil ? 1 - issuer : action.other % 2].place, device: nil)
      foreign = .place(template.sites[1 - issuer].place, device: nil)
    case 1:
      guard let person = stranger(to: card, action.other) else { return }
      changer = .holder(person)
    default:
      let used = profile.cards.first { number in
        guard number != card, case .wallet = facts.opens[number] else { return false }
        return true
      }
      new = used.map { tags[$0] }
    }
    guard let new else { return }
    let (id, changing, instead) = (newID(), changer, foreign ?? changer)
    let isHeld = Box(false)
    // What one errand does to the cards is done before the next asks.
    let what = "reassign \(old) to \(new) for a stranger"
    enqueue(
      what,
      // A person's card that was emptied is nobody's, and its own place may move it.
      begins: { [self] in if case .wallet = facts.opens[card] { isHeld.value = true } },
      ends: { [self] isDone, _ in
        if isDone { fail(Breach(.blocked, "\(what) was done")) }
      }
    ) { [self] running in
      let changer = isHeld.value ? changing : instead
      var body = body(changer, id: id).object ?? JSONObject()
      (body["to"], body["with_primary"]) = (JSON(new), false)
      _ = try await running.service.submit(ReassignCard(old, by: changer, body: .object(body)))
    }
  }

  private func revokeAnothers(_ action: Action) {
    let standing = facts.delegations.sorted { $0.key < $1.key }
    guard !standing.isEmpty else { return }
    let (id, grant) = standing[action.other % standing.count]
    guard let person = facts.holders.first(where: { $0 != grant.person }) else { return }
    mustFail("revoke another's delegation", .delegation) { running in
      try await running.service.submit(RevokeDelegation(signer: person, delegation: id))
    }
  }

  private func depositAnothers(_ action: Action) {
    let number = action.choice / 9 % 2
    let (holder, issuer) = (template.sites[number], template.sites[1 - number])
    mustFail("deposit another's money at \(holder.name)", .conservation) { running in
      let body: JSON = ["wallet_to_deposit": JSON(holder.wallet.text), "asset": JSON(issuer.money.text)]
      return try await running.service.submit(DepositInBank(place: holder.place, body: body))
    }
  }

  /// With a code by which another key became a device.
  private func enrolAgain(_ action: Action) {
    guard let code = usedCodes.last else { return }
    // The keys that the tills have from the beginning became devices by other codes.
    let key = template.tills[action.other % template.tills.count].credentials.key
    mustFail("enrol by a used code", .device) { running in
      try await running.service.submit(try Enrolment.command(code: code, key: key))
    }
  }
}
