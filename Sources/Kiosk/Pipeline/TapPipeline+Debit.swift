import FedowProtocol
import Model
import Rules

extension TapPipeline {
  /// The debit of one tap: read the card, decide and make it durable, send, signal.
  func debit(_ tapped: Charge, by ledger: any LedgerLink) async {
    var charge = tapped
    guard let tap = charge.tap, let card = charge.card else { return }
    let (askedAt, postings) = (clock.wallTime(), store.postings.latest)
    let reading: CardReading?
    do {
      reading = try await read(card, by: ledger)
    } catch {
      // Nothing was written and nothing was sent: no debit can come of this tap.
      return await refuse(charge, error)
    }
    if let reading {
      charge.spans.mark(.read, at: clock.now())
      // What is said of the balance now would not be what an earlier debit leaves behind that is still on its way.
      if !ledger.dialect.isIdempotent, await forwarder.isBusy(with: reading.card.wallet) {
        return await refuse(charge, Refusal(.debitPending))
      }
    }
    charge.take(news: news(of: charge.id))
    let decision = TapDecision(
      charge: charge, tap: tap, ledger: ledger, offline: policies.offline, spendOrder: policies.spendOrder,
      outboxLimit: configuration.outboxLimit, makeID: makeID)
    let plan: KioskStore.Plan
    do {
      let input = TapInput(
        card: card, reading: reading.map { ($0, askedAt, postings) }, dialect: ledger.dialect.name, at: clock.wallTime()
      )
      (plan, charge) = try await record(input, decision)
    } catch {
      return await abandon(charge, tap: tap, because: error)
    }
    let decided = charge.parts
    charge.take(news: news(of: charge.id))
    guard case .send(let entries) = plan else {
      guard charge.parts != decided else { return advance(charge) }
      // It came while the disk was waited for, and is not in what was decided and written.
      charge.reckon()
      return await end(charge)
    }
    charge.spans.mark(.durable, at: clock.now())
    if entries.contains(where: \.isOffline) { return await accept(charge, entries) }
    await send(charge, entries, by: ledger)
  }

  /// What the ledger says of the card; nil when it does not answer and the kiosk may decide without it.
  func read(_ card: String, by ledger: any LedgerLink) async throws(Refusal) -> CardReading? {
    let mayDecideAlone = policies.offline.isAllowed
    // A ledger that is known to be away is not waited for; `LedgerWatch` notices when it is back.
    if mayDecideAlone && !link.isOnline { return nil }
    do {
      let reading = try await ledger.readCard(card)
      await noteContact()
      return reading
    } catch {
      guard error.code == .ledgerUnreachable else {
        await noteContact()
        throw error
      }
      link.lost(at: clock.wallTime())
      if mayDecideAlone { return nil }
      throw error
    }
  }

  private func noteContact() async {
    if link.heard(at: clock.wallTime()) { await forwarder.hurry() }
  }

  private func record(_ input: TapInput, _ decision: TapDecision) async throws(Refusal) -> (KioskStore.Plan, Charge) {
    let clock = clock
    let lastContact = link.lastContact
    return try await store.recordTap(input) { known in
      var (plan, charge) = decision.make(input, known: known, lastContact: lastContact)
      charge.spans.mark(.decided, at: clock.now())
      return (plan, charge)
    }
  }

  /// Decided without the ledger: the customer goes, and the debit is sent when the ledger is back.
  private func accept(_ charge: Charge, _ entries: [OutboxEntry]) async {
    if charge.paidAt != nil { lastPaid = charge.id }
    advance(charge)
    for entry in entries {
      logger.info("debit accepted offline", metadata: ["charge": "\(charge.id)", "tap": "\(entry.debit.id)"])
      await forwarder.adopt(entry.debit.id, wallet: entry.debit.wallet, isAtRest: true)
    }
    // The ledger may have come back since.
    if link.isOnline { await forwarder.hurry() }
  }

  /// Sends the debits of a tap one after the other, for as long as each is made.
  private func send(_ durable: Charge, _ entries: [OutboxEntry], by ledger: any LedgerLink) async {
    var charge = durable
    advance(charge)
    charge.spans.mark(.posted, at: clock.now())
    for (number, entry) in entries.enumerated() {
      // Behind the wallet's earlier debits that still wait, when there are any.
      if ledger.dialect.isIdempotent, await forwarder.isBusy(with: entry.debit.wallet) {
        return await adopt(entries[number...], isAwaited: true)
      }
      let outcome = await ledger.post(entry.debit, isOnly: true, isUrgent: true)
      charge.spans.mark(.answered, at: clock.now())
      charge.take(news: news(of: charge.id))
      let isEnded = await conclude(charge, row: entry.debit.id, voids: nil, outcome: outcome)
      guard isEnded else {
        // Also a known outcome that could not be written: asking again writes it when the disk is back.
        let settling = outcome == .absent ? .zero : ledger.dialect.settlingTime
        return await adopt(entries[number...], settling: settling)
      }
      guard case .posted = outcome else { return }
      charge = known(charge.id) ?? charge
    }
  }

  /// Leaves what is not at its end to the forwarder.
  /// - Parameter settling: how long the first may still be under way; what comes after it was not sent.
  private func adopt(_ entries: ArraySlice<OutboxEntry>, settling: Duration = .zero, isAwaited: Bool = false) async {
    for (number, entry) in entries.enumerated() {
      await forwarder.adopt(
        entry.debit.id, wallet: entry.debit.wallet, settling: number == 0 ? settling : .zero, isAwaited: isAwaited)
    }
  }

  /// What the forwarder found out about a row of the outbox.
  func resolve(_ row: OutboxRow, as outcome: DebitOutcome) async -> Bool {
    do {
      var charge = try await charge(row.charge)
      if row.state.isFinal {
        guard charge.awaits(row) else {
          await giveBackWhatNobodyCompletes(charge)
          return true
        }
      } else {
        charge.know(row)
      }
      return await conclude(charge, row: row.debit.id, voids: row.voids, outcome: outcome)
    } catch {
      logger.error("charge of a debit not found", metadata: ["tap": "\(row.debit.id)", "error": "\(error)"])
      return false
    }
  }

  /// The disk failed under the tap's transaction, and nothing is sent. Only a later write can tell that the row is not
  /// there, or end it; until then nobody can promise that no restart sends it, and the charge is in doubt.
  private func abandon(_ charge: Charge, tap: EntityID, because refusal: Refusal) async {
    logger.error("tap not written", metadata: ["charge": "\(charge.id)", "error": "\(refusal)"])
    var tries = 0
    while !Task.isCancelled {
      do {
        let refused = refused(charge, refusal)
        try await store.disown(tap, charge: refused, at: clock.wallTime())
        let now = self.refused(charge, refusal)
        advance(now)
        if now.parts != refused.parts || now.ending != refused.ending {
          try? await store.update(now, at: clock.wallTime())
        }
        // In doubt it left its place, so no other card completes what earlier ones paid.
        return await giveBackWhatNobodyCompletes(now)
      } catch {
        if tries == 0 {
          var doubtful = charge
          doubtful.state = .unknown(
            Refusal(.outcomeUnknown, "\(Refusal.Code.outcomeUnknown.sentence) \(error.sentence)"))
          advance(doubtful)
        }
        tries += 1
        guard (try? await clock.sleep(for: .seconds(min(tries, 30)))) != nil else { return }
      }
    }
  }

  /// The charge when the tapped card does not pay, with what became meanwhile of what others paid.
  func refused(_ charge: Charge, _ refusal: Refusal) -> Charge {
    var refused = charge
    if let now = known(charge.id) { (refused.parts, refused.ending) = (now.parts, now.ending) }
    refused.refuseTap(refusal)
    return refused
  }

  /// Signals the outcome and writes it.
  ///
  /// What was paid is signalled first: the customer does not wait for the disk, because a restart in between asks the
  /// ledger for the same id and hears the same answer. A refusal is written first: not every ledger keeps its refusals,
  /// so a debit whose refusal is lost is sent again, and may then be made after "refused" was said.
  ///
  /// - Returns: whether the row has come to its end, on the disk too.
  private func conclude(
    _ charge: Charge, row: EntityID, voids: EntityID?, outcome: DebitOutcome
  ) async -> Bool {
    var (concluded, withdrawn) = charge.concluded(row: row, voids: voids, outcome)
    // With the time at which it was paid: whoever takes it back after a restart asks for that.
    concluded = stamped(concluded)
    let isRefused = if case .refused = outcome { true } else { false }
    // Before it is signalled: who reads the card then is told of a balance without it.
    let posting: Int64? = if case .posted = outcome { store.postings.next() } else { nil }
    if !isRefused { signal(concluded) }
    logger.info("outbox", metadata: ["charge": "\(charge.id)", "row": "\(row)", "state": "\(concluded.state.word)"])
    do {
      try await write(
        Settlement(
          id: row, charge: concluded, outcome: outcome, withdrawn: withdrawn, at: clock.wallTime(), posting: posting))
    } catch {
      logger.error("outcome not written", metadata: ["row": "\(row)", "error": "\(error)"])
      if isRefused {
        // As it is now: what became of another part while the disk was waited for stays known.
        let now = known(charge.id) ?? charge
        signal(now.concluded(row: row, voids: voids, .undecided(error.sentence)).charge)
      }
      return false
    }
    if isRefused {
      if let now = known(charge.id), now.parts != charge.parts || now.state != charge.state {
        // Another card paid or was refused, or something was taken back, while the disk was waited for.
        concluded = stamped(now.concluded(row: row, voids: voids, outcome).charge)
        signal(concluded)
        try? await store.update(concluded, at: clock.wallTime())
      } else {
        signal(concluded)
      }
    }
    await giveBackWhatNobodyCompletes(concluded)
    return outcome.isFinal
  }

  private func write(_ settlement: Settlement) async throws(Refusal) {
    let isHeld = isHeld(settlement.charge.id)
    if isHeld { settlements.begun += 1 }
    defer { if isHeld { settlements.over += 1 } }
    try await store.settle(settlement)
  }

  /// What is stranded waits for no other card: it is given back, and only then has the charge come to its end.
  private func signal(_ charge: Charge) {
    if !charge.isStranded { advance(charge) }
  }

  private func giveBackWhatNobodyCompletes(_ settled: Charge) async {
    if settled.isStranded { return await giveUp(settled, as: .refused) }
    // A part that was in doubt turned out to be paid, and nobody completes the charge any more. As it is now, not as it
    // was before the disk was waited for: it may have been taken back meanwhile. Of one that was accepted offline the
    // goods are gone: what is refused of it is owed, and the rest stays paid.
    if let charge = known(settled.id), case .partlyPaid = charge.state, charge.canBeGivenBack, charge.paidAt == nil,
      !isHeld(charge.id)
    {
      await giveUp(charge)
    }
  }
}

extension Settlement {
  fileprivate init(
    id: EntityID, charge: Charge, outcome: DebitOutcome, withdrawn: [EntityID], at time: LedgerTime, posting: Int64?
  ) {
    switch outcome {
    case .posted(let receipt):
      let fault = receipt.isUnrecorded ? Refusal(.ledgerBroken, Self.unrecorded) : nil
      self.init(id: id, state: .posted, charge: charge, receipt: receipt, refusal: fault, at: time, posting: posting)
    case .refused(let refusal):
      self.init(id: id, state: .refused, charge: charge, refusal: refusal, withdrawn: withdrawn, at: time)
    case .absent, .undecided: self.init(id: id, state: .unknown, charge: charge, at: time)
    }
  }

  private static let unrecorded =
    "The ledger moved this sum on the card and wrote no transaction about it. Tell its operator."
}

extension Charge {
  /// The charge when this has become of one of its rows, and the rows that are not sent any more.
  fileprivate func concluded(
    row: EntityID, voids: EntityID?, _ outcome: DebitOutcome
  ) -> (charge: Charge, withdrawn: [EntityID]) {
    var charge = self
    var withdrawn: [EntityID] = []
    if let voids {
      charge.concludeVoid(of: voids, outcome)
    } else {
      charge.conclude(tap: row, outcome)
      withdrawn = charge.withdraw(after: row)
    }
    // Another card is being looked at for the same charge; its own decision says where the charge stands.
    if state == .deciding { charge.state = .deciding }
    return (charge, withdrawn)
  }

  /// A row from before charges knew their parts.
  fileprivate mutating func know(_ row: OutboxRow) {
    guard row.voids == nil, !parts.contains(where: { $0.tap == row.debit.id }) else { return }
    parts.append(
      ChargePart(
        tap: row.debit.id, card: row.debit.card, wallet: row.debit.wallet, amount: row.amount, state: .unknown))
  }
}
