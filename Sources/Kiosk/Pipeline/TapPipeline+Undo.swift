import FedowProtocol
import Model

extension TapPipeline {
  /// Takes the last charge of this till back, once, within the window, under an operator's session.
  /// - Parameter id: the charge; nil for whichever was the last.
  /// - Throws: `Refusal` with code `operator_card_needed`, `charge_unknown`, `charge_not_cancellable`,
  ///   `already_voided`, `void_too_late` or `store_unavailable`.
  public func undo(_ id: EntityID?) async throws(Refusal) -> Charge {
    let operatorCard = try operatorCard()
    let now = clock.wallTime()
    let window = policies.voidWindow.components.seconds * 1_000_000
    // A charge waits at most an hour for its card.
    let horizon = LedgerTime(microseconds: now.microseconds - window - 3_600_000_000)
    var last = lastPaid
    if last == nil { last = try await store.lastPaidCharge(since: horizon)?.id }
    guard let chosen = id ?? last else { throw Refusal(.chargeUnknown, "This till has made no charge lately.") }
    let charge = try await charge(chosen)
    switch charge.state {
    case .voiding, .voided: throw Refusal(.alreadyVoided)
    case .paid, .paidOffline: break
    default:
      throw Refusal(.chargeNotCancellable, "Only a charge that was paid can be taken back (\(charge.state.word)).")
    }
    guard let paidAt = charge.paidAt, now.microseconds - paidAt.microseconds <= window else {
      throw Refusal(.voidTooLate)
    }
    guard chosen == last else {
      throw Refusal(.chargeNotCancellable, "Only the last charge of this till can be taken back.")
    }
    return try await giveBack(charge, as: .voided, operatorCard: operatorCard)
  }

  /// Gives back what the cards paid, by one void a part, durable before anything is sent.
  /// - Throws: `Refusal`; the charge then is what it was.
  func giveBack(
    _ whole: Charge, as ending: Charge.Ending, operatorCard: String? = nil
  ) async throws(Refusal) -> Charge {
    let ledger = try ledgers.ledger()
    var charge = whole
    var entries: [OutboxEntry] = []
    for index in charge.parts.indices where charge.parts[index].isLive && charge.parts[index].state != .voiding {
      let part = charge.parts[index]
      let order = VoidOrder(
        id: makeID(), debit: part.tap, card: part.card, wallet: part.wallet, operatorCard: operatorCard,
        reason: ending.rawValue)
      entries.append(OutboxEntry(debit: try ledger.sign(order), parts: [], voids: part.tap))
      charge.parts[index].state = .voiding
    }
    charge.ending = ending
    charge.lastRefusal = nil
    charge.reckon()
    // In memory before the disk is waited for: a second call finds it under way.
    advance(charge)
    let audit = AuditEntry(
      at: clock.wallTime(), what: ending == .voided ? "void" : "give_back", operatorCard: operatorCard,
      subject: charge.id.text, detail: charge.amount.description)
    do {
      try await store.append(
        entries, of: charge, dialect: ledger.dialect.name, audit: audit, at: clock.wallTime())
    } catch {
      advance(whole)
      throw error
    }
    for entry in entries {
      await forwarder.adopt(entry.debit.id, wallet: entry.debit.wallet, isAwaited: true)
    }
    return charge
  }
}
