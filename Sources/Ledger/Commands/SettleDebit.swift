import FedowProtocol
import Model

/// `POST /v1/debits/{id}/settle/`: a debit that was made offline and then refused is posted after all, or forgiven.
public struct SettleDebit: LedgerCommand {
  let place: EntityID
  let device: EntityID?
  let debit: EntityID
  let body: JSON

  /// Settles a debit of this place.
  public init(place: EntityID, device: EntityID?, debit: EntityID, body: JSON) {
    self.place = place
    self.device = device
    self.debit = debit
    self.body = body
  }

  /// 201 with the receipt, or 200 with the refused debit, forgiven; the card is free when it has no other such debit.
  ///
  /// It is posted as of now: in today's local day, under the delegations and with the money of today.
  /// - Throws: `Refusal` with the reason why it still cannot be posted; it stays open then.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let body = try NativeBody(body)
    let how = try body.text("how", atMost: 10)
    guard how == "retry" || how == "forgive" else {
      throw Refusal(.requestMalformed, "how is retry or forgive.")
    }
    let operatorTag = try body.optionalText("operator_card", atMost: 20)
    guard let refused = try ledger.books.debit(debit, of: place.uuid), let settlement = refused.settlement else {
      throw Refusal(.notFound, "No offline debit of this id was refused for this place.")
    }
    switch (settlement, how) {
    case (.posted, "retry"): return Answer(status: 200, body: refused.answer.body)
    case (.forgiven, "forgive"): return try refused.report
    case (.open, _): break
    default: throw Refusal(.alreadySettled)
    }
    _ = try ledger.operatorCard(tag: operatorTag, at: place)
    let answer =
      try how == "retry"
      ? post(refused, at: place, ledger: ledger) : forgive(refused, at: place, ledger: ledger)
    if let card = refused.card { try ledger.books.addUnsettled(-1, card: card) }
    try ledger.books.note(
      Books.AuditEntry(
        how == "retry" ? "settled" : "forgiven", place: place.uuid, device: device, operatorCard: operatorTag,
        detail: ["debit": JSON(debit.text), "tag": JSON(refused.tag), "amount": JSON(refused.amount)]), at: ledger.now)
    return answer
  }

  private func post(_ refused: Books.Debit, at place: Books.Place, ledger: LedgerWriter) throws -> Answer {
    guard let request = refused.request else { throw Refusal(.ledgerBroken) }
    let posting = try DebitPosting(
      try DebitRequest(try JSON.parse(request)), at: place, decidedAt: ledger.now, isSettlement: true, ledger: ledger)
    let posted = try posting.post(ledger)
    try ledger.books.setPosted(refused, of: place.uuid, as: posted, by: device, at: ledger.now)
    return posted.answer
  }

  private func forgive(_ refused: Books.Debit, at place: Books.Place, ledger: LedgerWriter) throws -> Answer {
    try ledger.books.setForgiven(debit, of: place.uuid, at: ledger.now)
    guard let forgiven = try ledger.books.debit(debit, of: place.uuid) else { throw Refusal(.ledgerBroken) }
    return try forgiven.report
  }
}
