import FedowProtocol
import Model

extension TapPipeline {
  /// The next tap within so long opens an operator's session.
  /// - Throws: `Refusal` with code `charge_busy` or `not_paired`.
  public func askForOperator(within patience: Duration = .seconds(30)) async throws(Refusal) -> JSON {
    _ = try ledgers.ledger()
    await expireIfDue()
    guard !hasOpenCharge, capture.waiting(at: clock.now()) == nil else { throw Refusal(.chargeBusy) }
    operators.ask(until: clock.now() + patience)
    expireLater(after: patience)
    return publishOperator()
  }

  /// Tells when nobody tapped the card that was asked for.
  func tellIfOperatorWasAwaitedInVain() {
    if operators.giveUp(at: clock.now()) {
      publishOperator(Refusal(.operatorCardNeeded, "No operator's card was tapped in time."))
    }
  }

  /// Where the operator's session stands.
  public func operatorReport() -> JSON { report() }

  /// Ends the operator's session.
  public func closeOperator() async -> JSON {
    let card = operators.close(at: clock.now())
    if let card { await note("operator_close", operatorCard: card) }
    return publishOperator()
  }

  /// The operator's card under which something is done now.
  /// - Throws: `Refusal` with code `operator_card_needed`.
  public func operatorCard() throws(Refusal) -> String? {
    if let card = operators.use(at: clock.now()) { return card }
    guard !configuration.needsOperator else { throw Refusal(.operatorCardNeeded) }
    return configuration.primaryCard
  }

  /// Looks whether the card that was tapped is an operator's.
  func openSession(_ card: String, by ledger: any LedgerLink) async {
    do throws(Refusal) {
      let reading = try await ledger.readCard(card)
      guard reading.standing == .usable else { throw Refusal(.cardBlocked) }
      guard reading.isPrimary else { throw Refusal(.primaryCardInvalid) }
      await note("operator_open", operatorCard: card)
      concludeSession(card, refusal: nil)
    } catch {
      if error.code == .cardBlocked { noteSighting(ofOperatorsCard: card) }
      await note("operator_refused", operatorCard: card, detail: error.code.rawValue)
      concludeSession(nil, refusal: error)
    }
  }

  /// Opens the session of this card, or none.
  func concludeSession(_ card: String?, refusal: Refusal?) {
    operators.conclude(card: card, at: clock.now())
    publishOperator(refusal)
  }

  private func note(_ what: String, operatorCard: String, detail: String? = nil) async {
    do {
      try await store.audit(AuditEntry(at: clock.wallTime(), what: what, operatorCard: operatorCard, detail: detail))
    } catch {
      logger.error("audit trail not written", metadata: ["what": "\(what)", "error": "\(error)"])
    }
  }

  @discardableResult
  private func publishOperator(_ refusal: Refusal? = nil) -> JSON {
    let report = report(refusal)
    events.publish(.session, report)
    return report
  }

  private func report(_ refusal: Refusal? = nil) -> JSON {
    let now = clock.now()
    let session = operators.session(at: now)
    let left = session.map { (operators.end(of: $0) - now).components.seconds }
    var object = JSONObject([
      ("state", JSON(operators.word(at: now))), ("card", JSON(session?.card)),
      ("ends_in_s", left.map { JSON($0) } ?? nil),
    ])
    for (key, value) in refusal?.fields ?? [] { object[key] = value }
    return .object(object)
  }
}
