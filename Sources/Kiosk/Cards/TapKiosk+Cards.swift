import FedowProtocol
import Model

extension TapKiosk {
  /// How often an act is asked for under its id before the operator is told that no answer came.
  private static let attempts = 3

  /// The sheets of all cards that these words name.
  /// - Throws: `Refusal`; `unknown_card` when there are none.
  public func sheets(of query: CardQuery) async throws(Refusal) -> [JSON] {
    let text = query.tag ?? query.text
    let answer = try await native().call("GET", "/v1/cards/?q=\(CardQuery.escape(text))", body: nil, patience: .zero)
    let sheets = answer["cards"]?.elements ?? []
    // A printed number may be spelled like another card's tag; who names a tag means that card only.
    let meant = query.tag.map { tag in sheets.filter { $0["tag"]?.text == tag } } ?? sheets
    guard !meant.isEmpty else { throw Refusal(.cardUnknown) }
    return meant
  }

  /// The sheet of the one card that these words name.
  /// - Throws: `AmbiguousCard`, or `Refusal`.
  public func sheet(of query: CardQuery) async throws -> JSON {
    let sheets = try await sheets(of: query)
    guard sheets.count == 1, let sheet = sheets.first else { throw AmbiguousCard(candidates: sheets) }
    return sheet
  }

  /// Asks the ledger something that changes nothing.
  /// - Parameter path: of the ledger's native API.
  /// - Throws: `Refusal`.
  public func ask(_ path: String) async throws(Refusal) -> JSON {
    try await native().call("GET", path, body: nil, patience: .zero)
  }

  /// Has the ledger do it, under the operator's session and one id, however often it must be asked.
  ///
  /// An id whose answer never came is kept: when the operator repeats the same request, tomorrow or after a restart, it
  /// goes under the same id, and the ledger answers what it answered then.
  /// - Throws: `Refusal`; `outcome_unknown` when no answer came.
  public func perform(_ act: CardAct) async throws(Refusal) -> JSON {
    guard let operatorCard = try await pipeline.operatorCard() else { throw Refusal(.operatorCardNeeded) }
    let ledger = try native()
    let asked = try await store.question(
      act.identity, under: operatorCard, id: EntityID.random(), audit: entry(of: act, operatorCard),
      at: clock.wallTime())
    let body = act.body(id: asked.id, operatorCard: asked.operatorCard)
    for attempt in 1...Self.attempts {
      do throws(Refusal) {
        let answer = try await ledger.call("POST", act.path, body: body, patience: .zero)
        guard act.isAnswered(by: answer, id: asked.id) else { throw Refusal(.ledgerUnreachable) }
        try? await store.answered(act.identity, audit: entry(of: act, asked.operatorCard, end: "done"))
        return answer
      } catch {
        guard error.code == .ledgerUnreachable || error.code == .rateLimited else {
          try? await store.answered(
            act.identity, audit: entry(of: act, asked.operatorCard, end: "failed", error.code.rawValue))
          throw error
        }
        let pause = Duration.milliseconds(250 * attempt)
        guard attempt < Self.attempts, (try? await clock.sleep(for: pause)) != nil else { break }
      }
    }
    throw Refusal(
      .outcomeUnknown,
      "No answer came. Give the same command again when the ledger answers: it is done once at most.")
  }

  /// The ledger, when it has a native API.
  private func native() throws(Refusal) -> any LedgerLink {
    let ledger = try ledgers.ledger()
    guard ledger.dialect.name == NativeDialect.word else {
      throw Refusal(.ledgerRefused, "This ledger has no calls for the life of a card.")
    }
    return ledger
  }

  private func entry(
    of act: CardAct, _ operatorCard: String, end: String? = nil, _ more: String? = nil
  ) -> AuditEntry {
    let detail = [act.detail, more].compactMap { $0 }.joined(separator: " ")
    return entry(
      end.map { "\(act.what)_\($0)" } ?? act.what, operatorCard, act.subject, detail.isEmpty ? nil : detail)
  }
}
