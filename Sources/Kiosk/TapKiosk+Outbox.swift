import FedowProtocol
import Model
import Rules

extension TapKiosk {
  /// The rows of the outbox, oldest first.
  /// - Parameter states: only those that stand so; nil for those that wait and the offline debits that were refused.
  /// - Throws: `Refusal`.
  public func outbox(in states: Set<OutboxState>?, limit: Int) async throws(Refusal) -> [OutboxRow] {
    if let states { return try await store.rows(in: states, limit: limit) }
    let refused = try await store.rows(in: [.refused], isOffline: true, limit: limit)
    return try await refused + store.rows(in: [.pending, .sent, .unknown], limit: limit)
  }

  /// Tries what waits at once; a refused offline debit is posted anew by the ledger, when the card can pay by now.
  /// - Parameter id: one row; nil for all that wait.
  /// - Throws: `Refusal`.
  public func retry(_ id: EntityID?) async throws(Refusal) -> JSON {
    guard let id else {
      await forwarder.hurry()
      return ["retried": JSON(Int64(try await store.waitingRows().count))]
    }
    guard let row = try await store.row(id) else { throw Refusal(.notFound, "The outbox has no row with this id.") }
    guard row.state.isFinal else {
      await forwarder.hurry()
      return row.json()
    }
    return try await settle(row, how: "retry")
  }

  /// Lets a refused offline debit go: the card may pay again, and the place bears the loss.
  /// - Throws: `Refusal`.
  public func forgive(_ id: EntityID) async throws(Refusal) -> JSON {
    guard let row = try await store.row(id) else { throw Refusal(.notFound, "The outbox has no row with this id.") }
    return try await settle(row, how: "forgive")
  }

  private func settle(_ row: OutboxRow, how: String) async throws(Refusal) -> JSON {
    guard row.isOffline, row.state == .refused, row.voids == nil else {
      throw Refusal(.alreadySettled, "This row is \(row.state.rawValue); there is nothing to settle.")
    }
    let operatorCard = try await pipeline.operatorCard()
    let ledger = try ledgers.ledger()
    let answer = try await settle(row, how: how, at: ledger, under: operatorCard)
    try await store.release(debit: row.debit.id, audit: entry("settle_\(how)", operatorCard, row.debit.id.text, nil))
    return ["id": JSON(row.debit.id.text), "how": JSON(how), "ledger": answer]
  }

  private func settle(
    _ row: OutboxRow, how: String, at ledger: any LedgerLink, under operatorCard: String?
  ) async throws(Refusal) -> JSON {
    guard NativeDialect.keepsRefusals(ledger.dialect.name) else {
      guard how == "forgive" else {
        throw Refusal(
          .ledgerRefused, "This ledger cannot take a refused debit up again. Charge the card anew, and forgive.")
      }
      return nil
    }
    do throws(Refusal) {
      let answer = try await ledger.call(
        "POST", "/v1/debits/\(row.debit.id.text)/settle/",
        body: ["how": JSON(how), "operator_card": JSON(operatorCard)], patience: .zero)
      // Something in between may give the answer to another question; this one lets a card go.
      guard answer["id"]?.text == row.debit.id.text, answer["settlement"]?.text == "forgiven" || how == "retry" else {
        throw Refusal(.ledgerUnreachable, "The ledger's answer could not be read. Try again: it is done once at most.")
      }
      return answer
    } catch {
      guard error.code == .notFound else { throw error }
    }
    // It never refused it, so that it holds nobody to it: either it was paid, or it never came.
    switch await ledger.inquire(row.debit, isSettled: true) {
    case .posted(let receipt): return receipt.json
    case .absent where how == "forgive", .refused where how == "forgive": return nil
    case .absent:
      throw Refusal(
        .ledgerRefused,
        "The ledger never had this debit and cannot take it up again. Forgive it, and charge the card anew.")
    case .refused(let refusal): throw refusal
    case .undecided: throw Refusal(.ledgerUnreachable)
    }
  }
}

extension TapKiosk {
  /// What a charge would do to a card now; nothing is written or sent but the reading of the card.
  /// - Parameter tag: a UID as printed by a reader, or the 8-digit tag id.
  /// - Throws: `Refusal` when the card cannot be looked at; that it would not pay stands in the answer.
  public func preview(_ tag: String, amount: Amount, terms: ChargeTerms) async throws(Refusal) -> JSON {
    let card = try TagUID(hex: tag).firstTagID
    let ledger = try ledgers.ledger()
    let now = clock.wallTime()
    let reading = try await pipeline.read(card, by: ledger)
    let known = try await store.knowledge(of: card)
    let charge = Charge(id: EntityID.random(), amount: amount, description: nil, terms: terms, createdAt: now)
    let decision = TapDecision(
      charge: charge, tap: charge.id, ledger: ledger, offline: policies.offline, spendOrder: policies.spendOrder,
      outboxLimit: configuration.outboxLimit)
    let input = TapInput(
      card: card, reading: reading.map { ($0, now, store.postings.latest) }, dialect: ledger.dialect.name,
      at: clock.wallTime())
    let used = reading ?? known.lastReading.flatMap { ledger.dialect.reading(parsing: $0.body) }
    let question = decision.question(input, reading: used, known: known, lastContact: link.lastContact)
    var object = JSONObject([
      ("card", JSON(card)), ("amount", JSON(amount.minorUnits)), ("is_offline", .bool(reading == nil)),
      ("known_at", JSON((reading == nil ? known.lastReading?.at : now)?.wire)),
      ("spend_order", .array(question.policy.order.map { JSON($0.rawValue) })),
    ])
    switch DebitEngine.decide(question) {
    case .approve(let plan):
      object["decision"] = "approve"
      object["parts"] = .array(plan.parts.map(Self.json))
      object["missing"] = JSON(plan.missing.minorUnits)
      object["delegation"] = JSON(plan.authority?.text)
    case .refuse(let refusal):
      object["decision"] = "refuse"
      for (key, value) in refusal.fields { object[key] = value }
    case .askLedger: object["decision"] = "ask_ledger"
    }
    return .object(object)
  }

  private static func json(_ part: Allocation) -> JSON {
    ["asset": JSON(part.asset.text), "asset_name": JSON(part.assetName), "amount": JSON(part.amount.minorUnits)]
  }
}

extension TapKiosk {
  /// The devices of this kiosk's place, each with a key of its own.
  /// - Throws: `Refusal`.
  public func devices() async throws(Refusal) -> JSON {
    try await ledgers.ledger().call("GET", "/v1/devices/", body: nil, patience: .zero)
  }

  /// A single-use code with which a further kiosk gets a key of this place.
  /// - Throws: `Refusal`.
  public func enrolmentCode(name: String) async throws(Refusal) -> JSON {
    let operatorCard = try await pipeline.operatorCard()
    let code = try await ledgers.ledger().call(
      "POST", "/v1/devices/codes/", body: ["name": JSON(name)], patience: .zero)
    try await store.audit(entry("device_code", operatorCard, name, nil))
    return code
  }

  /// Ends a device's key at once.
  /// - Throws: `Refusal`.
  public func revokeDevice(_ id: EntityID) async throws(Refusal) -> JSON {
    let operatorCard = try await pipeline.operatorCard()
    let answer = try await ledgers.ledger().call(
      "POST", "/v1/devices/\(id.text)/revoke/", body: [:], patience: .zero)
    guard answer["device"]?.text == id.text else {
      throw Refusal(.ledgerUnreachable, "The ledger's answer could not be read. Revoke the device once more.")
    }
    try await store.audit(entry("device_revoke", operatorCard, id.text, nil))
    return answer
  }
}
