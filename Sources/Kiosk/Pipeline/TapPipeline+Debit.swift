import FedowProtocol
import Model
import Rules

extension TapPipeline {
  /// The debit of one tap: read the card, decide and make it durable, send, signal.
  func debit(_ tapped: Charge, by ledger: any LedgerLink) async {
    var charge = tapped
    guard let tap = charge.tap, let card = charge.card else { return }
    let reading: CardReading
    do {
      reading = try await ledger.readCard(card)
    } catch {
      // Nothing was written and nothing was sent: no debit can come of this tap.
      return await end(charge, as: .refused(error))
    }
    charge.spans.mark(.read, at: clock.now())
    let plan: KioskStore.Plan
    do {
      (plan, charge) = try await record(charge, tap: tap, reading: reading, ledger: ledger)
    } catch {
      await abandon(charge, tap: tap, because: error)
      return
    }
    guard case .send(let debit) = plan else { return advance(charge) }
    charge.spans.mark(.durable, at: clock.now())
    advance(charge)
    charge.spans.mark(.posted, at: clock.now())
    let outcome = await ledger.post(debit, isOnly: true, isUrgent: true)
    charge.spans.mark(.answered, at: clock.now())
    let row = OutboxRow(
      charge: charge.id, debit: debit, dialect: ledger.dialect.name, state: .pending, attempts: 0,
      createdAt: clock.wallTime())
    await conclude(charge, row: row, outcome: outcome)
  }

  /// What the forwarder found out about a debit whose answer was lost.
  func resolve(_ row: OutboxRow, as outcome: DebitOutcome) async -> Bool {
    do {
      return await conclude(try await charge(row.charge), row: row, outcome: outcome)
    } catch {
      logger.error("charge of a debit not found", metadata: ["tap": "\(row.debit.id)", "error": "\(error)"])
      return false
    }
  }

  private func record(
    _ charge: Charge, tap: EntityID, reading: CardReading, ledger: any LedgerLink
  ) async throws(Refusal) -> (KioskStore.Plan, Charge) {
    let clock = clock
    return try await store.recordTap(reading: reading, dialect: ledger.dialect.name, at: clock.wallTime()) { reading in
      var charge = charge
      let plan = Self.plan(charge, tap: tap, reading: reading, ledger: ledger)
      switch plan {
      case .send: charge.state = .sent
      case .refuse(let refusal): charge.state = .refused(refusal)
      }
      charge.spans.mark(.decided, at: clock.now())
      return (plan, charge)
    }
  }

  private static func plan(
    _ charge: Charge, tap: EntityID, reading: CardReading, ledger: any LedgerLink
  ) -> KioskStore.Plan {
    let decision = DebitEngine.decide(
      amount: charge.amount, placeWallet: ledger.placeWallet, card: reading.card, policy: .standard)
    switch decision {
    case .refuse(let refusal): return .refuse(refusal)
    case .approve(let parts):
      let order = DebitOrder(id: tap, reading: reading, parts: parts, comment: charge.description)
      do {
        return .send(try ledger.sign(order))
      } catch {
        return .refuse(error)
      }
    }
  }

  /// The disk failed under the tap's transaction. Nothing is sent; and should the row have reached the disk after all,
  /// it is marked so that no restart sends it.
  private func abandon(_ charge: Charge, tap: EntityID, because refusal: Refusal) async {
    var charge = charge
    charge.state = .refused(refusal)
    advance(charge)
    logger.error("tap not written", metadata: ["charge": "\(charge.id)", "error": "\(refusal)"])
    try? await store.settle(tap, as: .refused, charge: charge, answer: nil, at: clock.wallTime())
    try? await store.update(charge, at: clock.wallTime())
  }

  /// Signals the outcome, then writes it: the customer does not wait for that, because a restart in between asks the
  /// ledger for the same id and hears the same answer.
  ///
  /// - Returns: whether the debit has come to its end, on the disk too.
  @discardableResult
  private func conclude(_ charge: Charge, row: OutboxRow, outcome: DebitOutcome) async -> Bool {
    var charge = charge
    let state: OutboxState
    switch outcome {
    case .posted(let receipt): (charge.state, state) = (.paid(receipt), .posted)
    case .refused(let refusal): (charge.state, state) = (.refused(refusal), .refused)
    case .absent, .undecided: (charge.state, state) = (.unknown(Refusal(.outcomeUnknown)), .unknown)
    }
    advance(charge)
    logger.info(
      "debit", metadata: ["charge": "\(charge.id)", "tap": "\(row.debit.id)", "state": "\(charge.state.word)"])
    do {
      try await store.settle(
        row.debit.id, as: state, charge: charge, answer: charge.state.receipt?.json.compact, at: clock.wallTime())
      if state.isFinal { return true }
    } catch {
      logger.error("outcome not written", metadata: ["tap": "\(row.debit.id)", "error": "\(error)"])
    }
    // Also a known outcome that could not be written: asking again writes it when the disk is back.
    if row.state == .pending { await handOver(row) }
    return false
  }
}
