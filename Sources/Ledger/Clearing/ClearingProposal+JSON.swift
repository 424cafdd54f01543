import FedowProtocol
import Model
import Rules

/// A clearing as people and programs read it.
extension Books {
  /// - Parameter reader: of whose parts alone; nil: all.
  func json(of proposal: ClearingProposal, reader: EntityID? = nil, at now: LedgerTime) throws
    -> JSON
  {
    let parts = proposal.parts.filter { part in
      reader.map { reader in part.parties.contains { $0.place == reader } } ?? true
    }
    let positions = try Clearing.positions(of: parts.flatMap { $0.claims.map(\.claim) })
    let federation: String =
      try row("SELECT name FROM federations WHERE uuid = ?", [proposal.federation.text])?["name"]
      ?? ""
    return [
      "id": JSON(proposal.id.text), "federation": JSON(proposal.federation.text),
      "federation_name": JSON(federation),
      "from": JSON(proposal.from?.wire), "to": JSON(proposal.to.wire),
      "sequence": JSON(proposal.sequence),
      "netting": JSON(proposal.netting.rawValue), "means": JSON(proposal.means.rawValue),
      "created_at": JSON(proposal.createdAt.wire), "expires_at": JSON(proposal.expiresAt.wire),
      "positions": .array(
        try positions.map {
          [
            "place": JSON($0.place.text), "place_name": JSON(try name(of: $0.place)),
            "claims": JSON($0.claims),
            "owes": JSON($0.owes), "net": JSON($0.net),
          ]
        }),
      "parts": .array(try parts.map { try json(of: $0, proposal, at: now) }),
    ]
  }

  private func name(of place: EntityID) throws -> String {
    try self.place(place)?.name ?? place.text
  }

  private func json(
    of part: ClearingProposal.Part, _ proposal: ClearingProposal, at now: LedgerTime
  ) throws -> JSON {
    let state = proposal.state(of: part, at: now)
    var obstacle = JSON.null
    if state == .agreed, let refusal = try self.obstacle(to: part, of: proposal, at: now) {
      obstacle = ["code": JSON(refusal.code.rawValue), "sentence": JSON(refusal.sentence)]
    }
    return [
      "part": JSON(part.number), "state": JSON(state.rawValue),
      "settled_at": JSON(part.settledAt?.wire),
      "obstacle": obstacle,
      "parties": .array(
        try part.parties.map {
          [
            "place": JSON($0.place.text), "place_name": JSON(try name(of: $0.place)),
            "net": JSON($0.net),
            "agreed_at": JSON($0.agreedAt?.wire), "declined_at": JSON($0.declinedAt?.wire),
            "reason": JSON($0.reason),
          ]
        }), "claims": .array(try part.claims.map { try json(of: $0) }),
      "payments": .array(try part.payments.map { try json(of: $0) }),
    ]
  }

  private func json(of claim: ClearingProposal.Claim) throws -> JSON {
    [
      "claim": JSON(claim.number), "holder": JSON(claim.claim.holder.text),
      "holder_name": JSON(try name(of: claim.claim.holder)),
      "issuer": JSON(claim.claim.issuer.text),
      "issuer_name": JSON(try name(of: claim.claim.issuer)), "asset": JSON(claim.claim.asset.text),
      "asset_name": JSON(try asset(claim.claim.asset)?.name), "amount": JSON(claim.claim.amount),
      "transaction": try uuid(ofPosted: claim.posted),
    ]
  }

  private func json(of payment: ClearingProposal.Payment) throws -> JSON {
    [
      "payment": JSON(payment.number), "debtor": JSON(payment.payment.debtor.text),
      "debtor_name": JSON(try name(of: payment.payment.debtor)),
      "creditor": JSON(payment.payment.creditor.text),
      "creditor_name": JSON(try name(of: payment.payment.creditor)),
      "amount": JSON(payment.payment.amount),
      "reference": JSON(payment.reference), "paid_on": JSON(payment.paidOn),
      "declared_at": JSON(payment.declaredAt?.wire),
      "confirmed_at": JSON(payment.confirmedAt?.wire),
      "transaction": try uuid(ofPosted: payment.posted),
    ]
  }

  private func uuid(ofPosted sequence: Int64?) throws -> JSON {
    JSON(try sequence.flatMap { try transaction(sequence: $0) }?.entry.id.text)
  }
}
