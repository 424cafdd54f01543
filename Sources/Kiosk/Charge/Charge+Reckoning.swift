import Model

extension Charge {
  /// What the cards that pay, or may, and the other means come to, in minor units.
  var covered: Amount {
    parts.filter(\.isLive).reduce(otherMeans?.amount ?? .zero) { $0.adding($1.amount) ?? $0 }
  }

  /// What is still to be paid, in minor units.
  public var missing: Amount { max(.zero, amount.subtracting(covered) ?? .zero) }

  /// Notes what became of a debit of this charge.
  mutating func conclude(tap: EntityID, _ outcome: DebitOutcome) {
    guard let index = parts.firstIndex(where: { $0.tap == tap }) else { return }
    switch outcome {
    case .posted(let receipt):
      parts[index].receipt = receipt
      // One that is being taken back already stays so: the void comes after its debit.
      if parts[index].state != .voiding { parts[index].state = .posted }
    case .refused(let refusal):
      parts[index].state = .refused
      parts[index].refusal = refusal
      lastRefusal = refusal
    case .absent, .undecided:
      // Decided offline means accepted, whatever happens on the way to the ledger.
      if parts[index].state == .sent { parts[index].state = .unknown }
    }
    reckon()
  }

  /// Notes what became of the void of one of its debits.
  mutating func concludeVoid(of tap: EntityID, _ outcome: DebitOutcome) {
    guard let index = parts.firstIndex(where: { $0.tap == tap }), parts[index].state == .voiding else { return }
    switch outcome {
    case .posted: parts[index].state = .voided
    case .refused(let refusal):
      parts[index].state = parts[index].receipt == nil ? .accepted : .posted
      parts[index].refusal = refusal
      lastRefusal = refusal
    case .absent, .undecided: return
    }
    reckon()
  }

  /// Whether it does not know yet what became of this row, which is at its end.
  func awaits(_ row: OutboxRow) -> Bool {
    guard let part = parts.first(where: { $0.tap == row.voids ?? row.debit.id }) else { return false }
    return row.voids == nil ? part.isLive && part.receipt == nil : part.state == .voiding
  }

  /// One debit of a tap is refused: those of the same tap that come after it were not sent, and never will be.
  /// - Returns: their ids.
  mutating func withdraw(after refused: EntityID) -> [EntityID] {
    guard let index = parts.firstIndex(where: { $0.tap == refused }), parts[index].state == .refused else { return [] }
    let later = parts.indices.filter {
      $0 > index && parts[$0].presentation == parts[index].presentation && parts[$0].isLive
    }
    for index in later { parts[index].state = .refused }
    reckon()
    return later.map { parts[$0].tap }
  }

  /// Whether a part was paid of a charge that takes no parts: it has to be given back, for nobody completes it. Of one that
  /// was accepted offline the goods are gone.
  var isStranded: Bool {
    if case .partlyPaid = state { return !terms.acceptsParts && ending == nil && paidAt == nil && canBeGivenBack }
    return false
  }

  /// Whether nobody owes what the ledger refused of it: no goods went, or they came back, or others paid for them.
  var isOwedByNobody: Bool {
    guard parts.contains(where: { $0.state == .refused }) else { return false }
    return switch state {
    case .refused, .expired, .cancelled: paidAt == nil
    case .voided: true
    // A refusal that came while the last card was accepted is not covered by it.
    case .paid, .paidOffline: missing == .zero
    case .waiting, .deciding, .sent, .partlyPaid, .unknown, .voiding: false
    }
  }

  /// Whether no void of its parts was refused: one that the ledger would not take back once, it will not later.
  var canBeGivenBack: Bool { !parts.contains { $0.isLive && $0.refusal != nil } }

  /// Where the charge stands by what its parts are.
  mutating func reckon() {
    let live = parts.filter(\.isLive)
    if let ending {
      if live.contains(where: { $0.state == .voiding }) { return state = .voiding }
      if live.isEmpty { return state = self.state(ending) }
      // The ledger would not take a part back: the charge is what it was.
      self.ending = nil
    }
    if live.contains(where: { $0.state == .unknown }) { return state = .unknown(Refusal(.outcomeUnknown)) }
    if live.contains(where: { $0.state == .sent }) { return state = .sent }
    // Of an entrance that costs nothing, nothing is missing, and yet nobody has entered whose card was refused.
    guard missing == .zero, !live.isEmpty || otherMeans != nil else {
      let isUnpaid = live.isEmpty && otherMeans == nil
      state = isUnpaid ? .refused(lastRefusal ?? Refusal(.ledgerRefused)) : .partlyPaid(missing: missing)
      return
    }
    let receipts = live.compactMap(\.receipt)
    guard receipts.count == live.count, let last = receipts.last else { return state = .paidOffline }
    state = .paid(
      Receipt(
        id: last.id, card: last.card, transactions: receipts.flatMap(\.transactions),
        balances: receipts.flatMap(\.balances), entrance: last.entrance))
  }

  private func state(_ ending: Ending) -> ChargeState {
    switch ending {
    case .refused: .refused(lastRefusal ?? Refusal(.ledgerRefused))
    case .cancelled: .cancelled
    case .expired: .expired
    case .voided: .voided
    }
  }
}

extension Charge {
  /// The card that was presented does not pay: the charge is refused, or waits on when others pay a part of it.
  mutating func refuseTap(_ refusal: Refusal) {
    lastRefusal = refusal
    reckon()
  }

  /// Takes over what became of earlier parts while a later one was in hand.
  mutating func take(news: [ChargePart]) {
    for part in news {
      guard let index = parts.firstIndex(where: { $0.tap == part.tap }) else { continue }
      if parts[index].state == .accepted || parts[index].state == .unknown { parts[index] = part }
    }
  }
}
