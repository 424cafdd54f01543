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
  /// - Throws: `Refusal`; the charge then is what it was. With `store_unavailable` it may be on the disk after all: it is
  ///   under way, and written again until the disk takes it.
  func giveBack(
    _ whole: Charge, as ending: Charge.Ending, operatorCard: String? = nil
  ) async throws(Refusal) -> Charge {
    guard beingGivenBack.insert(whole.id).inserted else { throw Refusal(.alreadyVoided) }
    defer { beingGivenBack.remove(whole.id) }
    let ledger = try ledgers.ledger()
    var own: [EntityID: VoidOrder.OwnMoney] = [:]
    for part in whole.parts where part.isLive { own[part.tap] = try await ownMoney(of: part) }
    var charge = whole
    // While the disk was asked, something may have become of its debits.
    charge.take(news: news(of: charge.id))
    var entries: [OutboxEntry] = []
    for index in charge.parts.indices where charge.parts[index].isLive && charge.parts[index].state != .voiding {
      let part = charge.parts[index]
      let order = VoidOrder(
        id: makeID(), debit: part.tap, card: part.card, wallet: part.wallet, operatorCard: operatorCard,
        reason: ending.rawValue, own: own[part.tap])
      guard ledger.dialect.canTakeBack(order) || ending == .voided else {
        charge.parts[index].refusal = Refusal(.ledgerRefused, Self.notReturnable(part.amount))
        continue
      }
      entries.append(OutboxEntry(debit: try ledger.sign(order), parts: [], voids: part.tap))
      charge.parts[index].state = .voiding
    }
    charge.ending = ending
    if ending != .refused { charge.lastRefusal = charge.parts.compactMap { $0.isLive ? $0.refusal : nil }.last }
    charge.reckon()
    // In memory before the disk is waited for: a second call finds it under way.
    advance(charge)
    let audit = AuditEntry(
      at: clock.wallTime(), what: ending == .voided ? "void" : "give_back", operatorCard: operatorCard,
      subject: charge.id.text, detail: charge.amount.description)
    let giving = Giving(charge: charge, entries: entries, dialect: ledger.dialect.name, audit: audit)
    do {
      try await begin(giving)
    } catch {
      giveBackLater(giving)
      throw Refusal(error.code, "\(error.sentence) \(Self.isTriedAgain)")
    }
    return charge
  }

  /// Gives back what cards paid of a charge that has left its place: nobody comes for it any more, so it is tried again.
  /// - Throws: `Refusal`; with `store_unavailable` it is tried again by itself.
  func giveBackUnasked(_ charge: Charge, as ending: Charge.Ending) async throws(Refusal) -> Charge {
    do {
      return try await giveBack(charge, as: ending)
    } catch {
      guard !isBegun(charge.id) else { throw error }
      advance(charge)
      toBeGivenUp.insert(charge.id)
      giveUpLater(charge, as: ending)
      throw Refusal(error.code, "\(error.sentence) \(Self.isTriedAgain)")
    }
  }

  /// Gives back until that is begun, or the charge has come to another end.
  func keepGivingUp(_ charge: Charge, as ending: Charge.Ending) async {
    defer { toBeGivenUp.remove(charge.id) }
    await persist("give_back") { () throws(Refusal) in
      let now = known(charge.id) ?? charge
      guard now.ending == nil, now.paidAt == nil, now.parts.contains(where: \.isLive), !isHeld(now.id),
        !beingGivenBack.contains(now.id)
      else { return }
      do throws(Refusal) {
        _ = try await giveBack(now, as: ending)
      } catch {
        guard isBegun(now.id) else { throw error }
      }
    }
  }

  /// Whether voids of the charge are under way; those that the disk does not take yet are written again by themselves.
  private func isBegun(_ charge: EntityID) -> Bool {
    known(charge)?.parts.contains { $0.state == .voiding } ?? false
  }

  /// Voids that are to be durable, and sent.
  struct Giving: Sendable {
    let charge: Charge
    let entries: [OutboxEntry]
    let dialect: String
    let audit: AuditEntry
    /// Whether the charge becomes another by them.
    var changesCharge = true
  }

  /// Makes the voids durable, and hands them over to be sent.
  /// - Throws: `Refusal` with code `store_unavailable`; they may be on the disk after all.
  func begin(_ giving: Giving) async throws(Refusal) {
    // As the charge is now: while the disk was waited for, its debits may have come to their end.
    let charge = known(giving.charge.id) ?? giving.charge
    try await store.append(
      giving.entries, of: charge.id, becoming: giving.changesCharge ? charge : nil, dialect: giving.dialect,
      audit: giving.audit, at: clock.wallTime())
    for entry in giving.entries {
      await forwarder.adopt(entry.debit.id, wallet: entry.debit.wallet, isAwaited: true)
    }
  }

  /// The disk failed under the voids' transaction, and only a later one can tell whether they are there: so they are
  /// written again until it succeeds, and then sent. Until then the charge is being given back.
  func persist(_ giving: Giving) async {
    await persist("voids") { () throws(Refusal) in try await begin(giving) }
  }

  private static let isTriedAgain = "It is tried again by itself; the charge says when it is done."

  /// What a ledger without voids has to know to give a part back.
  private func ownMoney(of part: ChargePart) async throws(Refusal) -> VoidOrder.OwnMoney? {
    guard let asset = part.ownAsset else { return nil }
    // After the debit where the ledger said what it left, else after what was there before it.
    var witness = try await store.row(part.tap)?.debit.witness
    if let last = part.receipt?.transactions.last, let balance = part.receipt?.balances.last {
      witness =
        FedowWitness(
          asset: asset, transaction: last.uuid.text, value: balance.after.minorUnits,
          at: LedgerTime.parse(last.datetime)
        ).text
    }
    return VoidOrder.OwnMoney(asset: asset, amount: part.amount, witness: witness)
  }

  private static func notReturnable(_ amount: Amount) -> String {
    "\(amount) of money that this place does not issue was taken and cannot be given back here. Pay it out by hand."
  }
}
