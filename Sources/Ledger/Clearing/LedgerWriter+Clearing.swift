import FedowProtocol
import Model
import Rules

/// Who speaks for a place about a clearing.
struct ClearingParty {
  let place: Books.Place
  /// Its device; nil when the ledger's operator speaks for it.
  let device: EntityID?
  /// The tag of the operator's card that was presented.
  let operatorCard: String?
}

/// What a place says of a clearing. Said twice it is said once.
extension LedgerWriter {
  /// A place agrees to its open parts, or to one of them; what then waits for nobody and nothing is posted at once.
  ///
  /// - Parameter net: what the place believes that it gets over these parts, or below zero pays: what its signature covers.
  /// - Throws: `Refusal` with `preview_outdated` when it is another sum, `clearing_closed` when nothing of it is open.
  func agree(
    to id: EntityID, part: Int64?, net: Int64?, _ party: ClearingParty
  ) throws -> ClearingProposal {
    let proposal = try clearing(id, of: party.place)
    let mine = try parts(of: proposal, part: part, at: party.place)
    if let net, try mine.map({ try self.party(party.place, of: $0).net }).saturatingSum != net {
      throw Refusal(
        .previewOutdated,
        "This place's position is another one. Look at the clearing again, then agree.")
    }
    let open = mine.filter { proposal.state(of: $0, at: now).isOpen }
    guard !open.isEmpty || mine.contains(where: { $0.settledAt != nil }) else {
      throw closed(proposal, mine)
    }
    for part in open where try self.party(party.place, of: part).agreedAt == nil {
      try books.setAgreed(id, part: part.number, place: party.place.uuid, at: now)
      try note(
        "clearing_agreed", party, id, part, ["net": JSON(try self.party(party.place, of: part).net)]
      )
    }
    return try settleWhatCanBe(id, open.map(\.number))
  }

  /// A place declines its open parts, or one of them, for good; also what it agreed to, until somebody has paid for it.
  /// - Throws: `Refusal` with `clearing_closed`.
  func decline(_ id: EntityID, part: Int64?, reason: String?, _ party: ClearingParty) throws
    -> ClearingProposal
  {
    let proposal = try clearing(id, of: party.place)
    let mine = try parts(of: proposal, part: part, at: party.place)
    let open = mine.filter { proposal.state(of: $0, at: now).isOpen }
    let isSaid = try mine.contains { try self.party(party.place, of: $0).declinedAt != nil }
    guard !open.isEmpty || isSaid else { throw closed(proposal, mine) }
    guard open.allSatisfy({ $0.payments.allSatisfy { $0.declaredAt == nil } }) else {
      throw Refusal(
        .clearingClosed,
        "A bank transfer was declared for it already; it can no longer be declined.")
    }
    for part in open {
      try books.setDeclined(id, part: part.number, place: party.place.uuid, reason: reason, at: now)
      try note("clearing_declined", party, id, part, ["reason": JSON(reason)])
    }
    return try existingClearing(id)
  }

  /// The debtor says by which bank transfer it paid; a better word counts until the creditor has confirmed it.
  /// - Throws: `Refusal` with `forbidden` for anyone else, `clearing_open` before all have agreed.
  func declare(
    _ id: EntityID, part: Int64, payment: Int64, reference: String, paidOn: String,
    _ party: ClearingParty
  ) throws -> ClearingProposal {
    let (found, known) = try bankPayment(id, part: part, payment: payment, party)
    guard known.payment.debtor == party.place.uuid else {
      throw Refusal(.forbidden, "Only who pays declares the transfer.")
    }
    if known.reference == reference, known.paidOn == paidOn { return try existingClearing(id) }
    guard known.confirmedAt == nil else {
      throw Refusal(.clearingClosed, "This transfer was confirmed already.")
    }
    try books.setDeclared(
      id, part: part, payment: payment, reference: reference, paidOn: paidOn, at: now)
    try note(
      "clearing_paid", party, id, found,
      [
        "payment": JSON(payment), "amount": JSON(known.payment.amount),
        "reference": JSON(reference),
        "paid_on": JSON(paidOn),
      ])
    return try existingClearing(id)
  }

  /// The creditor says that a declared transfer has come; with the last of them the part is posted.
  /// - Throws: `Refusal` with `forbidden` for anyone else, `clearing_open` before it was declared.
  func confirm(_ id: EntityID, part: Int64, payment: Int64, _ party: ClearingParty) throws
    -> ClearingProposal
  {
    let (found, known) = try bankPayment(id, part: part, payment: payment, party)
    guard known.payment.creditor == party.place.uuid else {
      throw Refusal(.forbidden, "Only who is paid confirms the transfer.")
    }
    guard known.declaredAt != nil else {
      throw Refusal(.clearingOpen, "Nobody has declared this transfer yet.")
    }
    if known.confirmedAt == nil {
      try books.setConfirmed(id, part: part, payment: payment, at: now)
      try note(
        "clearing_confirmed", party, id, found,
        ["payment": JSON(payment), "amount": JSON(known.payment.amount)])
    }
    return try settleWhatCanBe(id, [part])
  }

  private func bankPayment(
    _ id: EntityID, part: Int64, payment: Int64, _ party: ClearingParty
  ) throws -> (part: ClearingProposal.Part, payment: ClearingProposal.Payment) {
    let proposal = try clearing(id, of: party.place)
    guard let found = try parts(of: proposal, part: part, at: party.place).first,
      let known = found.payments.first(where: { $0.number == payment })
    else { throw Refusal(.notFound, "This clearing has no such payment.") }
    guard proposal.means == .bank else {
      throw Refusal(
        .requestMalformed, "This clearing is paid in primary tokens, not by bank transfers.")
    }
    switch proposal.state(of: found, at: now) {
    case .agreed, .settled: return (found, known)
    case .proposed: throw Refusal(.clearingOpen)
    case .declined, .expired: throw closed(proposal, [found])
    }
  }

  // MARK: Looking up

  func existingClearing(_ id: EntityID) throws -> ClearingProposal {
    try books.existingClearing(id)
  }

  /// A clearing that concerns a place; of others it learns nothing.
  private func clearing(_ id: EntityID, of place: Books.Place) throws -> ClearingProposal {
    let proposal = try existingClearing(id)
    guard proposal.parts.contains(where: { $0.parties.contains { $0.place == place.uuid } }) else {
      throw Refusal(.notFound, "No clearing '\(id)' concerns this place.")
    }
    return proposal
  }

  private func parts(
    of proposal: ClearingProposal, part: Int64?, at place: Books.Place
  ) throws(Refusal) -> [ClearingProposal.Part] {
    let mine = proposal.parts.filter { known in
      known.parties.contains { $0.place == place.uuid } && part ?? known.number == known.number
    }
    guard !mine.isEmpty else {
      throw Refusal(.notFound, "No such part of the clearing concerns this place.")
    }
    return mine
  }

  private func party(
    _ place: Books.Place, of part: ClearingProposal.Part
  ) throws(Refusal) -> ClearingProposal.Party {
    guard let party = part.parties.first(where: { $0.place == place.uuid }) else {
      throw Refusal(.ledgerBroken)
    }
    return party
  }

  private func closed(_ proposal: ClearingProposal, _ parts: [ClearingProposal.Part]) -> Refusal {
    let states = Set(parts.map { proposal.state(of: $0, at: now) })
    if states == [.settled] { return Refusal(.clearingClosed, "This clearing is settled already.") }
    return Refusal(.clearingClosed)
  }

  private func note(
    _ what: String, _ party: ClearingParty, _ id: EntityID, _ part: ClearingProposal.Part,
    _ detail: JSON
  ) throws {
    var detail = detail.object ?? JSONObject()
    detail["clearing"] = JSON(id.text)
    detail["part"] = JSON(part.number)
    try books.note(
      Books.AuditEntry(
        what, place: party.place.uuid, device: party.device, operatorCard: party.operatorCard,
        detail: .object(detail)), at: now)
  }
}
