import FedowProtocol
import Model
import Rules

/// `POST /v1/debits/{id}/void/`: a till takes its own last debit back, once, as long as its place's window is open.
///
/// Each part goes back the way it came, all in one posting. In the chain a reverse is a transfer (`TRF`) from the place to
/// the wallet: a correction (`COR`) of the protocol gives without taking (section 5), and a sale the other way round would
/// be counted as takings. Its metadata names the debit and the transaction that it reverses.
public struct VoidDebit: LedgerCommand {
  /// No place may let a debit be taken back longer after its posting, in seconds: a year.
  public static let longestWindow: Int64 = 366 * 86_400

  let place: EntityID
  let device: EntityID?
  let debit: EntityID
  let body: JSON

  /// Voids a debit of this place, asked for by this device.
  public init(place: EntityID, device: EntityID?, debit: EntityID, body: JSON) {
    self.place = place
    self.device = device
    self.debit = debit
    self.body = body
  }

  /// 201 with the reversing transactions; the same id again gets the same answer.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let body = try NativeBody(body)
    let id = try body.requiredID("id")
    let operatorTag = try body.optionalText("operator_card", atMost: 20)
    let reason = try body.optionalText("reason", atMost: 1000)
    if let seen = try ledger.books.debit(voidedBy: id, of: place.uuid) {
      guard seen.id == debit, let answer = seen.voidBody else { throw Refusal(.idempotencyConflict) }
      return Answer(status: 201, body: answer)
    }
    if let refused = try refusedOffline(at: place, ledger: ledger) {
      return try forgive(refused, id: id, reason: reason, at: place, ledger: ledger)
    }
    let voided = try voidable(at: place, ledger: ledger)
    let operatorCard = try ledger.operatorCard(tag: operatorTag, at: place)
    let metadata: JSONObject = JSONObject([
      ("void_id", JSON(id.text)), ("debit_id", JSON(debit.text)), ("reason", JSON(reason)),
    ])
    let lines = try reverse(
      voided, at: place, PostingDetails(card: voided.card, primaryCard: operatorCard, comment: "Annulation"), metadata,
      ledger: ledger)
    try ledger.giveBack(voided)
    let answer = Answer(
      status: 201,
      [
        "id": JSON(id.text), "voids": JSON(debit.text), "transactions": .array(lines.map(\.transaction)),
        "balances": .array(lines.map(\.balance)),
      ])
    try ledger.books.setVoided(debit, of: place.uuid, by: id, body: answer.body, at: ledger.now)
    try ledger.books.note(
      Books.AuditEntry(
        "voided", place: place.uuid, device: device, operatorCard: operatorTag,
        detail: [
          "debit": JSON(debit.text), "void": JSON(id.text), "amount": JSON(voided.amount), "reason": JSON(reason),
        ]), at: ledger.now)
    return answer
  }

  /// The debit, when it was made offline and then refused: nothing was taken, and the goods came back. Any device of the
  /// place may say so, as any may forgive: the one that made it may have got another key since. It may have been forgiven
  /// by hand before; the till that holds its card hears of that by this answer.
  private func refusedOffline(at place: Books.Place, ledger: LedgerWriter) throws -> Books.Debit? {
    guard let known = try ledger.books.debit(debit, of: place.uuid), known.state == .refused,
      known.settlement != nil, device != nil
    else { return nil }
    guard known.voidID == nil else { throw Refusal(.alreadyVoided) }
    return known
  }

  /// Nobody owes for goods that came back: the card is free of this debit.
  private func forgive(
    _ refused: Books.Debit, id: EntityID, reason: String?, at place: Books.Place, ledger: LedgerWriter
  ) throws -> Answer {
    let answer = Answer(
      status: 201, ["id": JSON(id.text), "voids": JSON(debit.text), "transactions": [], "balances": []])
    try ledger.books.setForgiven(debit, of: place.uuid, by: id, body: answer.body, at: ledger.now)
    guard refused.settlement == .open else { return answer }
    if let card = refused.card { try ledger.books.addUnsettled(-1, card: card) }
    try ledger.books.note(
      Books.AuditEntry(
        "forgiven", place: place.uuid, device: device,
        detail: [
          "debit": JSON(debit.text), "void": JSON(id.text), "tag": JSON(refused.tag), "amount": JSON(refused.amount),
          "reason": JSON(reason),
        ]), at: ledger.now)
    return answer
  }

  /// The debit, when this device may take it back now.
  private func voidable(at place: Books.Place, ledger: LedgerWriter) throws -> Books.Debit {
    guard let known = try ledger.books.debit(debit, of: place.uuid), known.state != .refused else {
      throw Refusal(.notFound, "No debit of this id was posted for this place.")
    }
    guard known.state == .posted else { throw Refusal(.alreadyVoided) }
    guard let device, known.device == device else { throw Refusal(.voidNotYours) }
    let window = try ledger.books.policy(of: place.uuid).voidWindow
    guard ledger.now <= known.createdAt.adding(seconds: window) else { throw Refusal(.voidTooLate) }
    return known
  }

  private func reverse(
    _ debit: Books.Debit, at place: Books.Place, _ details: PostingDetails, _ metadata: JSONObject,
    ledger: LedgerWriter
  ) throws -> [(transaction: JSON, balance: JSON)] {
    let wallet = try receiver(of: debit, books: ledger.books)
    let parts = try JSON.parse(debit.answer.body)["transactions"]?.elements ?? []
    return try parts.map { part in
      guard
        let original = try part["uuid"]?.text.flatMap({ EntityID($0) }).flatMap({ try ledger.books.transaction($0) }),
        let asset = try ledger.books.asset(original.entry.asset)
      else { throw Refusal(.ledgerBroken, "Debit \(debit.id) names a transaction that is not there.") }
      let sale = Posting(
        action: original.entry.action, sender: original.entry.sender, receiver: original.entry.receiver,
        terms: asset.terms, amount: Amount(minorUnits: original.entry.amount))
      var details = details
      var metadata = metadata
      metadata["voids"] = JSON(original.entry.id.text)
      details.metadata = .object(metadata)
      let before = try ledger.books.balance(of: asset.uuid, in: wallet) ?? 0
      do {
        let posted = try ledger.post(try PostingRules.reversal(of: sale, to: wallet), details)
        try ledger.books.link(reversed: original.entry.id, by: posted.entry.id)
        var line = posted.receiptLine(asset: asset).object ?? JSONObject()
        line["voids"] = JSON(original.entry.id.text)
        return (.object(line), asset.balanceLine(before: before, after: before + original.entry.amount))
      } catch let refusal as Refusal where refusal.code == .insufficientFunds {
        throw Refusal(.voidNotCovered)
      }
    }
  }

  /// Who gets the money: the wallet that paid, or its card-holder's, when it was joined to theirs since.
  /// - Throws: `Refusal` with `void_not_covered` when the card was emptied and freed since: the wallet is nobody's now, and
  ///   whoever has the card has not paid.
  private func receiver(of debit: Books.Debit, books: Books) throws -> EntityID {
    guard let paid = debit.wallet, let card = try debit.card.flatMap({ try books.successor(of: $0) }) else {
      throw Refusal(.voidNotYours, "This debit was made before debits could be taken back.")
    }
    if try card.wallet == paid || books.user(wallet: paid) != nil { return paid }
    guard card.user != nil, let wallet = card.wallet, try books.wallets(joinedTo: wallet).contains(paid) else {
      throw Refusal(.voidNotCovered, "The card of this debit was emptied since; give the money back by hand.")
    }
    return wallet
  }
}
