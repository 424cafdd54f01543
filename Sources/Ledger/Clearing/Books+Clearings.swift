import FedowProtocol
import GRDB
import Model
import Rules

/// The clearings' tables.
extension Books {
  func insert(_ proposal: ClearingProposal) throws {
    try execute(
      """
      INSERT INTO clearings (id, federation, from_at, to_at, sequence, netting, means, created_at, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        proposal.id.text, proposal.federation.text, proposal.from?.microseconds,
        proposal.to.microseconds,
        proposal.sequence, proposal.netting.rawValue, proposal.means.rawValue,
        proposal.createdAt.microseconds,
        proposal.expiresAt.microseconds,
      ])
    for part in proposal.parts {
      try execute(
        "INSERT INTO clearing_parts (clearing, part) VALUES (?, ?)",
        [proposal.id.text, part.number])
      for party in part.parties {
        try execute(
          "INSERT INTO clearing_parties (clearing, part, place, net) VALUES (?, ?, ?, ?)",
          [proposal.id.text, part.number, party.place.text, party.net])
      }
      for claim in part.claims {
        try execute(
          """
          INSERT INTO clearing_claims (clearing, part, number, holder, issuer, asset, amount)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
          [
            proposal.id.text, part.number, claim.number, claim.claim.holder.text,
            claim.claim.issuer.text,
            claim.claim.asset.text, claim.claim.amount,
          ])
      }
      for payment in part.payments {
        try execute(
          """
          INSERT INTO clearing_payments (clearing, part, number, debtor, creditor, amount) VALUES (?, ?, ?, ?, ?, ?)
          """,
          [
            proposal.id.text, part.number, payment.number, payment.payment.debtor.text,
            payment.payment.creditor.text,
            payment.payment.amount,
          ])
      }
    }
  }

  /// The clearing of this id.
  func clearing(_ id: EntityID) throws -> ClearingProposal? {
    try row("SELECT * FROM clearings WHERE id = ?", [id.text]).map { try clearing($0) }
  }

  /// The same, where it must be there.
  /// - Throws: `Refusal` with `not_found`.
  func existingClearing(_ id: EntityID) throws -> ClearingProposal {
    guard let proposal = try clearing(id) else {
      throw Refusal(.notFound, "There is no clearing '\(id)'. See: ledgerd clearing list")
    }
    return proposal
  }

  /// All clearings, newest first; of one place, those that concern it.
  func clearings(of place: EntityID? = nil, limit: Int = 1000) throws -> [ClearingProposal] {
    try rows(
      """
      SELECT * FROM clearings c WHERE ?1 IS NULL
        OR EXISTS (SELECT 1 FROM clearing_parties p WHERE p.clearing = c.id AND p.place = ?1)
      ORDER BY number DESC LIMIT ?2
      """, [place?.text, limit]
    ).map { try clearing($0) }
  }

  private func clearing(_ row: Row) throws -> ClearingProposal {
    guard let netting = ClearingNetting(rawValue: row["netting"]),
      let means = ClearingMeans(rawValue: row["means"])
    else { throw Refusal(.ledgerBroken, "A clearing has a word that means nothing.") }
    var proposal = ClearingProposal(
      id: try row.id("id"), federation: try row.id("federation"), from: row.time("from_at"),
      to: LedgerTime(microseconds: row["to_at"]), sequence: row["sequence"], netting: netting,
      means: means,
      createdAt: LedgerTime(microseconds: row["created_at"]),
      expiresAt: LedgerTime(microseconds: row["expires_at"]))
    proposal.parts = try rows(
      "SELECT part, settled_at FROM clearing_parts WHERE clearing = ? ORDER BY part",
      [proposal.id.text]
    ).map { try part($0["part"], settledAt: $0.time("settled_at"), of: proposal.id) }
    return proposal
  }

  private func part(
    _ number: Int64, settledAt: LedgerTime?, of clearing: EntityID
  ) throws -> ClearingProposal.Part {
    let key: StatementArguments = [clearing.text, number]
    let of = "WHERE clearing = ? AND part = ? ORDER BY"
    return ClearingProposal.Part(
      number: number, settledAt: settledAt,
      parties: try rows("SELECT * FROM clearing_parties \(of) place", key).map { row in
        ClearingProposal.Party(
          place: try row.id("place"), net: row["net"], agreedAt: row.time("agreed_at"),
          declinedAt: row.time("declined_at"), reason: row["reason"])
      },
      claims: try rows("SELECT * FROM clearing_claims \(of) number", key).map { row in
        ClearingProposal.Claim(
          number: row["number"],
          claim: ClearingClaim(
            holder: try row.id("holder"), issuer: try row.id("issuer"), asset: try row.id("asset"),
            amount: row["amount"]), posted: row["posted"])
      },
      payments: try rows("SELECT * FROM clearing_payments \(of) number", key).map { row in
        ClearingProposal.Payment(
          number: row["number"],
          payment: ClearingPayment(
            debtor: try row.id("debtor"), creditor: try row.id("creditor"), amount: row["amount"]),
          reference: row["reference"], paidOn: row["paid_on"], declaredAt: row.time("declared_at"),
          confirmedAt: row.time("confirmed_at"), posted: row["posted"])
      })
  }

  /// What a place has promised of an asset to clearings that all have agreed to and that are not posted yet.
  func promised(of asset: EntityID, by place: EntityID, at now: LedgerTime) throws -> Int64 {
    try row(
      """
      SELECT \(Self.sum("c.amount")) FROM clearing_claims c JOIN clearings k ON k.id = c.clearing
      WHERE c.holder = ?1 AND c.asset = ?2 AND c.posted IS NULL AND NOT EXISTS (
          SELECT 1 FROM clearing_parties p WHERE p.clearing = c.clearing AND p.part = c.part
            AND (p.agreed_at IS NULL OR p.declined_at IS NOT NULL))
        AND (k.expires_at > ?3 OR EXISTS (
          SELECT 1 FROM clearing_payments y
          WHERE y.clearing = c.clearing AND y.part = c.part AND y.declared_at IS NOT NULL))
      """, [place.text, asset.text, now.microseconds])?[0] ?? 0
  }
}

/// What becomes of a clearing.
extension Books {
  func setAgreed(_ clearing: EntityID, part: Int64, place: EntityID, at now: LedgerTime) throws {
    try execute(
      "UPDATE clearing_parties SET agreed_at = ? WHERE clearing = ? AND part = ? AND place = ?",
      [now.microseconds, clearing.text, part, place.text])
  }

  func setDeclined(
    _ clearing: EntityID, part: Int64, place: EntityID, reason: String?, at now: LedgerTime
  ) throws {
    try execute(
      "UPDATE clearing_parties SET declined_at = ?, reason = ? WHERE clearing = ? AND part = ? AND place = ?",
      [now.microseconds, reason, clearing.text, part, place.text])
  }

  func setDeclared(
    _ clearing: EntityID, part: Int64, payment: Int64, reference: String, paidOn: String,
    at now: LedgerTime
  ) throws {
    try execute(
      """
      UPDATE clearing_payments SET reference = ?, paid_on = ?, declared_at = ?
      WHERE clearing = ? AND part = ? AND number = ?
      """, [reference, paidOn, now.microseconds, clearing.text, part, payment])
  }

  func setConfirmed(_ clearing: EntityID, part: Int64, payment: Int64, at now: LedgerTime) throws {
    try execute(
      "UPDATE clearing_payments SET confirmed_at = ? WHERE clearing = ? AND part = ? AND number = ?",
      [now.microseconds, clearing.text, part, payment])
  }

  func setPosted(_ clearing: EntityID, part: Int64, claim: Int64, by sequence: Int64) throws {
    try execute(
      "UPDATE clearing_claims SET posted = ? WHERE clearing = ? AND part = ? AND number = ?",
      [sequence, clearing.text, part, claim])
  }

  func setPosted(_ clearing: EntityID, part: Int64, payment: Int64, by sequence: Int64) throws {
    try execute(
      "UPDATE clearing_payments SET posted = ? WHERE clearing = ? AND part = ? AND number = ?",
      [sequence, clearing.text, part, payment])
  }

  func setSettled(_ clearing: EntityID, part: Int64, at now: LedgerTime) throws {
    try execute(
      "UPDATE clearing_parts SET settled_at = ? WHERE clearing = ? AND part = ?",
      [now.microseconds, clearing.text, part])
  }
}
