import FedowProtocol
import Model
import Rules

/// The decision of one tap, made of what the kiosk knows inside the tap's transaction.
struct TapDecision: Sendable {
  let charge: Charge
  let tap: EntityID
  let ledger: any LedgerLink
  let offline: OfflinePolicy
  let spendOrder: SpendPolicy
  let outboxLimit: Int
  /// The ids of the debits of a tap that needs several.
  var makeID: @Sendable () -> EntityID = { EntityID.random() }

  /// The plan and the charge from now on.
  func make(_ input: TapInput, known: TapKnowledge, lastContact: LedgerTime?) -> (KioskStore.Plan, Charge) {
    let reading = input.reading?.0 ?? known.lastReading.flatMap { ledger.dialect.reading(parsing: $0.body) }
    let question = question(input, reading: reading, known: known, lastContact: lastContact)
    var charge = charge
    charge.entrance = question.entrance.map { asked in
      let best = asked.best(at: input.at.microseconds)
      return EntranceAnswer(
        membership: best?.asset, standing: best?.standing ?? .none,
        knownAt: input.reading == nil ? known.lastReading?.at ?? input.at : input.at)
    }
    do {
      let entries = try entries(DebitEngine.decide(question), reading: reading, input)
      charge.lastRefusal = nil
      charge.parts += entries.map { part($0, of: reading) }
      charge.reckon()
      // Durable with the debit: the goods go now, and what is known of that must outlive a restart.
      if charge.state == .paidOffline { charge.paidAt = charge.paidAt ?? input.at }
      return (.send(entries), charge)
    } catch {
      charge.refuseTap(error)
      return (.refuse(error), charge)
    }
  }

  /// All that the decision rests on.
  func question(
    _ input: TapInput, reading: CardReading?, known: TapKnowledge, lastContact: LedgerTime?
  ) -> DebitQuestion {
    let isFresh = input.reading != nil
    let facts = reading.map { reading in
      CardFacts(
        card: reading.card, authorities: reading.authorities,
        standing: standing(reading, isFresh: isFresh, known: known), spentSince: known.spentSince,
        takenSince: known.takenSince, isFresh: isFresh)
    }
    let age = { (time: LedgerTime?) in time.map { Duration.microseconds(input.at.microseconds - $0.microseconds) } }
    let situation = OfflineSituation(
      policy: offline, sinceContact: age(lastContact), hotlistAge: age(known.hotlistAt),
      spentByCard: known.spentByCard, spentByDevice: known.spentByDevice, hasRoom: known.waiting < outboxLimit)
    return DebitQuestion(
      amount: charge.missing, placeWallet: ledger.placeWallet, card: facts,
      policy: spendOrder.narrowed(excludesGift: charge.terms.excludesGift, asset: charge.terms.asset),
      acceptsPart: charge.terms.acceptsParts, now: input.at.microseconds,
      contact: isFresh ? .online : .offline(situation), entrance: entrance(reading, known, isFresh: isFresh))
  }

  /// Whether a person comes in again too soon the ledger knows best, for it hears of every kiosk.
  private func entrance(_ reading: CardReading?, _ known: TapKnowledge, isFresh: Bool) -> EntranceQuestion? {
    charge.terms.entrance.map { terms in
      EntranceQuestion(
        memberships: reading?.memberships.filter { terms.memberships.contains($0.key) } ?? [:],
        lastEntrance: isFresh ? nil : known.lastEntrance?.microseconds, againAfter: terms.againAfter)
    }
  }

  private func standing(_ reading: CardReading, isFresh: Bool, known: TapKnowledge) -> CardStanding {
    let here: CardStanding = known.isUnsettledHere ? .unsettled : .usable
    // A ledger that tells authorities tells the standing too, and it knows better.
    if isFresh { return reading.authorities == nil ? reading.standing.stricter(here) : reading.standing }
    let isListNewer = (known.hotlistAt?.microseconds ?? .min) >= (known.lastReading?.at.microseconds ?? .max)
    return (isListNewer ? known.hotlisted : reading.standing.stricter(known.hotlisted)).stricter(here)
  }

  private func entries(
    _ decision: DebitDecision, reading: CardReading?, _ input: TapInput
  ) throws(Refusal) -> [OutboxEntry] {
    switch decision {
    case .refuse(let refusal): throw refusal
    case .askLedger: throw Refusal(.ledgerUnreachable)
    case .approve(let plan):
      guard let reading else { throw Refusal(.cardUnknown) }
      let isOffline = input.reading == nil
      var entries: [OutboxEntry] = []
      for (number, parts) in debits(of: plan, reading).enumerated() {
        let order = DebitOrder(
          id: number == 0 && parts.count == plan.parts.count ? tap : makeID(), tap: tap, reading: reading,
          parts: parts, comment: charge.description, authority: plan.authority, decidedAt: input.at,
          isOffline: isOffline, entrance: charge.terms.entrance)
        entries.append(OutboxEntry(debit: try ledger.sign(order), parts: parts, isOffline: isOffline))
      }
      return entries
    }
  }

  /// One debit for all assets, or one an asset: what the kiosk could give back first, so that a refusal in the middle
  /// leaves nothing that it cannot.
  private func debits(of plan: DebitPlan, _ reading: CardReading) -> [[Allocation]] {
    guard !ledger.dialect.debitsSeveralAssets else { return [plan.parts] }
    let (own, others) = (
      plan.parts.filter { isOwn($0.asset, reading) }, plan.parts.filter { !isOwn($0.asset, reading) }
    )
    return (own + others).map { [$0] }
  }

  /// Whether this place issues the asset, and fills cards with it.
  private func isOwn(_ asset: EntityID, _ reading: CardReading?) -> Bool {
    guard let holding = reading?.card.holdings.first(where: { $0.asset == asset }) else { return false }
    return holding.issuerWallet == ledger.placeWallet && holding.category != .federated
  }

  private func part(_ entry: OutboxEntry, of reading: CardReading?) -> ChargePart {
    let single = entry.parts.count == 1 ? entry.parts[0].asset : nil
    return ChargePart(
      tap: entry.debit.id, presentation: tap, card: entry.debit.card, wallet: entry.debit.wallet, amount: entry.amount,
      ownAsset: single.flatMap { isOwn($0, reading) ? $0 : nil }, state: entry.isOffline ? .accepted : .sent)
  }
}
