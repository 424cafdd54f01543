import FedowProtocol
import Model
import Rules

/// Posting what places agreed to.
///
/// The money that a place hands back is burnt by a bank deposit (`BNK`): of the protocol's actions (section 5) it is the one
/// that means "its issuer has paid it out", it takes the token out of the world with what the issuer owed for it, and the
/// issuer finds it among its deposits. A transfer back would leave it in the world as money that nobody was paid for. What
/// is paid in primary tokens is a transfer (`TRF`), which conserves them: none is made, and none leaves the federation.
extension LedgerWriter {
  /// How a settlement is named in the chain.
  static let clearingComment = "Clearing"

  /// Posts the agreed parts, or one part, each all or nothing; what is settled already stays so.
  ///
  /// - Parameter party: who asks, and only for its own parts; nil: the operator.
  /// - Throws: `Refusal` with what stands in the way of the first, and nothing is posted then.
  func settle(_ id: EntityID, part number: Int64?, _ party: ClearingParty?) throws
    -> ClearingProposal
  {
    let proposal = try existingClearing(id)
    let parts = proposal.parts.filter { part in
      number ?? part.number == part.number
        && party.map { party in part.parties.contains { $0.place == party.place.uuid } } ?? true
    }
    guard !parts.isEmpty else {
      throw Refusal(.notFound, "No such part of the clearing concerns this place.")
    }
    let agreed = parts.filter { proposal.state(of: $0, at: now) == .agreed }
    guard !agreed.isEmpty || parts.contains(where: { $0.settledAt != nil }) else {
      throw try books.obstacle(to: parts[0], of: proposal, at: now) ?? Refusal(.ledgerBroken)
    }
    for part in agreed {
      if let obstacle = try books.obstacle(to: part, of: proposal, at: now) { throw obstacle }
      try post(part, of: proposal)
    }
    return try existingClearing(id)
  }

  /// Posts those of the parts that nothing stands in the way of.
  func settleWhatCanBe(_ id: EntityID, _ numbers: [Int64]) throws -> ClearingProposal {
    for number in numbers {
      let proposal = try existingClearing(id)
      guard let part = proposal.parts.first(where: { $0.number == number }), part.settledAt == nil,
        try books.obstacle(to: part, of: proposal, at: now) == nil
      else { continue }
      try post(part, of: proposal)
    }
    return try existingClearing(id)
  }

  private func post(_ part: ClearingProposal.Part, of proposal: ClearingProposal) throws {
    let primary = try books.primaryWallet()
    for claim in part.claims {
      guard let asset = try books.asset(claim.claim.asset),
        let holder = try books.place(claim.claim.holder)
      else {
        throw Refusal(.ledgerBroken)
      }
      let posted = try post(
        Posting(
          action: .bankDeposit, sender: holder.wallet, receiver: primary, terms: asset.terms,
          amount: Amount(minorUnits: claim.claim.amount)),
        PostingDetails(
          comment: Self.clearingComment, metadata: proposal.metadata(part, claim: claim.number)))
      try books.setPosted(proposal.id, part: part.number, claim: claim.number, by: posted.sequence)
    }
    for payment in part.payments where proposal.means == .primary {
      guard let asset = try books.federatedAsset(),
        let debtor = try books.place(payment.payment.debtor),
        let creditor = try books.place(payment.payment.creditor)
      else { throw Refusal(.ledgerBroken) }
      let posted = try post(
        Posting(
          action: .transfer, sender: debtor.wallet, receiver: creditor.wallet, terms: asset.terms,
          amount: Amount(minorUnits: payment.payment.amount)),
        PostingDetails(
          comment: Self.clearingComment, metadata: proposal.metadata(part, payment: payment.number))
      )
      try books.setPosted(
        proposal.id, part: part.number, payment: payment.number, by: posted.sequence)
    }
    try books.setSettled(proposal.id, part: part.number, at: now)
    for party in part.parties {
      try books.note(
        Books.AuditEntry(
          "clearing_settled", place: party.place,
          detail: [
            "clearing": JSON(proposal.id.text), "part": JSON(part.number), "net": JSON(party.net),
          ]), at: now)
    }
  }
}

extension ClearingProposal {
  /// What a settlement's block says of itself.
  func metadata(_ part: Part, claim: Int64? = nil, payment: Int64? = nil) -> JSON {
    var object = JSONObject([("id", JSON(id.text)), ("part", JSON(part.number))])
    if let claim { object["claim"] = JSON(claim) }
    if let payment { object["payment"] = JSON(payment) }
    object["means"] = JSON(means.rawValue)
    return ["clearing": .object(object)]
  }
}

extension Books {
  /// What stands in the way of posting a part now; nil when nothing does. Reads only, so that a refusal leaves nothing.
  func obstacle(
    to part: ClearingProposal.Part, of proposal: ClearingProposal, at now: LedgerTime
  ) throws -> Refusal? {
    switch proposal.state(of: part, at: now) {
    case .settled: return Refusal(.clearingClosed, "This clearing is settled already.")
    case .declined, .expired: return Refusal(.clearingClosed)
    case .proposed: return Refusal(.clearingOpen)
    case .agreed: break
    }
    if proposal.means == .bank, part.payments.contains(where: { $0.confirmedAt == nil }) {
      return Refusal(
        .clearingOpen,
        "Not every bank transfer was declared by who pays and confirmed by who is paid.")
    }
    return try unheld(part) ?? (proposal.means == .primary ? unfunded(part) : nil)
  }

  /// Whether each place still holds what it hands back: it may have given some of it back, or had it paid out.
  private func unheld(_ part: ClearingProposal.Part) throws -> Refusal? {
    for claim in part.claims.map(\.claim) {
      guard let holder = try place(claim.holder), let asset = try asset(claim.asset) else {
        return Refusal(.ledgerBroken)
      }
      let held = try balance(of: asset.uuid, in: holder.wallet) ?? 0
      guard held >= claim.amount else {
        return Refusal(
          .clearingOutdated,
          "\(holder.name) holds \(Amount(minorUnits: held)) of '\(asset.name)' and no longer the "
            + "\(Amount(minorUnits: claim.amount)) of this clearing. Propose it again.")
      }
    }
    return nil
  }

  private func unfunded(_ part: ClearingProposal.Part) throws -> Refusal? {
    guard let asset = try federatedAsset() else { return Refusal(.ledgerBroken) }
    for party in part.parties where party.net < 0 {
      guard let debtor = try place(party.place) else { return Refusal(.ledgerBroken) }
      let held = try balance(of: asset.uuid, in: debtor.wallet) ?? 0
      guard held >= -party.net else {
        return Refusal(
          .insufficientFunds,
          "\(debtor.name) has \(Amount(minorUnits: held)) in primary tokens and pays \(Amount(minorUnits: -party.net)). "
            + "Nothing was posted.")
      }
    }
    return nil
  }
}
