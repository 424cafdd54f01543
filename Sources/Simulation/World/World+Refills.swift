import FedowProtocol
import Ledger
import Model
import Rules

/// What cards are filled with.
extension World {
  /// With the money of the place that issued the card, or of the other, under an id by which a repetition is known.
  func refill(_ tag: String, _ action: Action) {
    let own = template.cards[action.card].site
    // Somebody may use the id of another refill, which must not be taken for this one.
    let known = action.choice % 7 == 0 ? lastRefill : nil
    let number = known?.site ?? (action.choice.isMultiple(of: 3) ? 1 - own : own)
    let (site, id) = (template.sites[number], known?.id ?? newID())
    lastRefill = (id, number)
    let (isKnown, isForgetful) = (known != nil, fault == .repeatedRefill)
    // Some of it is given.
    let asset = action.choice % 5 == 3 ? site.gift : site.money
    // The card may be blocked after the till has read it.
    let block = Box((isMeant: !isKnown && action.choice % 9 == 4, isDone: false, before: Facts.Certainty.no))
    enqueue(
      "refill \(tag)",
      begins: { [facts] in
        guard block.value.isMeant else { return }
        block.value.before = facts.blocked[tag] ?? .no
        facts.blocked[tag] = .maybe
      },
      ends: { [self] isDone, isRepeated in
        if block.value.isMeant { noteBlock(tag, block.value.isDone, was: block.value.before, isRepeated: isRepeated) }
        if block.value.isDone, isDone { fail(Breach(.blocked, "card \(tag) was filled after it was blocked")) }
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
      if block.value.isMeant {
        _ = try await running.service.submit(BlockCard.lost(tag, by: .ledger, body: [:]))
        block.value.isDone = true
      }
      facts.refills[id.text, default: []].insert(Facts.Refill(wallet: wallet.text, asset: asset.text))
      let body = Refill.body(action.amount, of: asset, to: wallet, tag: tag, at: site, id: id)
      _ = try await running.service.submit(
        PostTransaction(place: site.place, body: body),
        guarded: isForgetful ? nil : Refill.replayGuard(id, body, at: site))
    }
  }

  /// The ledger's operator has blocked a card, or has tried.
  private func noteBlock(_ tag: String, _ isDone: Bool, was before: Facts.Certainty, isRepeated: Bool) {
    guard isDone else { return facts.blocked[tag] = isRepeated ? .maybe : before }
    guard facts.forsaken[tag] ?? 0 < scheduler.now else { return facts.blocked[tag] = .maybe }
    facts.blocked[tag] = .yes
    if before != .yes { facts.blockers[tag] = before == .no ? .ledger : nil }
  }
}
