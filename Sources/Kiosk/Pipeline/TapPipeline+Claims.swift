import Model

extension TapPipeline {
  /// Lets cards go that are held to what the ledger refused of a charge after it was accepted offline, when nobody owes it:
  /// no goods went, or they came back, or others paid for them. Done again at each start, until it is done.
  func dropClaims(on id: EntityID) async {
    do {
      try await drop(id)
    } catch {
      logger.error("claims not dropped", metadata: ["charge": "\(id)", "error": "\(error)"])
      await persist("claims") { () throws(Refusal) in try await drop(id) }
    }
  }

  private func drop(_ id: EntityID) async throws(Refusal) {
    let claims = try await store.claims(on: id)
    guard !claims.isEmpty else { return }
    let charge = try await charge(id)
    guard charge.isOwedByNobody else { return }
    let ledger = try ledgers.ledger()
    let audit = AuditEntry(
      at: clock.wallTime(), what: "claim_dropped", operatorCard: nil, subject: id.text, detail: charge.state.word)
    guard NativeDialect.keepsRefusals(ledger.dialect.name) else {
      for claim in claims { try await store.release(debit: claim.debit.id, audit: audit) }
      return
    }
    // A ledger that holds the card as well is told by a void: there was nothing to take back but the claim.
    var entries: [OutboxEntry] = []
    for claim in claims {
      let order = VoidOrder(
        id: makeID(), debit: claim.debit.id, card: claim.debit.card, wallet: claim.debit.wallet, operatorCard: nil,
        reason: "unsold", own: nil)
      entries.append(OutboxEntry(debit: try ledger.sign(order), parts: [], voids: claim.debit.id))
    }
    let giving = Giving(
      charge: charge, entries: entries, dialect: ledger.dialect.name, audit: audit, changesCharge: false)
    do {
      try await begin(giving)
    } catch {
      giveBackLater(giving)
    }
  }
}
