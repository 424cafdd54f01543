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
  /// An id whose answer never came is kept for a while: when the operator repeats the same request, also after a restart,
  /// it goes under the same id, and the ledger answers what it answered then. What may be done twice is then asked for
  /// anew, for something else may have been done since.
  /// - Throws: `Refusal`; `outcome_unknown` when no answer came.
  public func perform(_ act: CardAct) async throws(Refusal) -> JSON {
    guard let operatorCard = try await pipeline.operatorCard() else { throw Refusal(.operatorCardNeeded) }
    let ledger = try native()
    let (answer, isRepetition) = try await perform(act, under: operatorCard, at: ledger)
    guard isRepetition, act.isRepeatable else { return answer }
    return try await perform(act, under: operatorCard, at: ledger).answer
  }

  private func perform(
    _ act: CardAct, under operatorCard: String, at ledger: any LedgerLink
  ) async throws(Refusal) -> (answer: JSON, isRepetition: Bool) {
    let id = pipeline.makeID()
    let asked = try await store.question(
      act.identity, under: operatorCard, id: id, audit: entry(of: act, operatorCard), at: clock.wallTime())
    let isRepetition = asked.id != id
    let answer: JSON
    do {
      answer = try await ask(ledger, for: act, id: asked.id, under: asked.operatorCard, isRepetition: isRepetition)
    } catch {
      if error.code != .outcomeUnknown {
        try? await store.answered(
          act.identity, audit: entry(of: act, asked.operatorCard, end: "failed", error.code.rawValue))
      }
      throw error
    }
    do {
      try await store.answered(act.identity, audit: entry(of: act, asked.operatorCard, end: "done"))
    } catch {
      // Else the next one like it would be taken for this one.
      throw Refusal(error.code, "\(error.sentence) \(Self.isDoneOnce)")
    }
    return (answer, isRepetition)
  }

  private func ask(
    _ ledger: any LedgerLink, for act: CardAct, id: EntityID, under operatorCard: String, isRepetition: Bool
  ) async throws(Refusal) -> JSON {
    let body = act.body(id: id, operatorCard: operatorCard)
    var reason = "No answer came."
    for attempt in 1...Self.attempts {
      do throws(Refusal) {
        let answer = try await ledger.call("POST", act.path, body: body, patience: .zero)
        guard act.isAnswered(by: answer, id: id) else { throw Refusal(.ledgerUnreachable) }
        return answer
      } catch {
        let isRepeated = isRepetition || attempt > 1
        switch error.code {
        case .ledgerUnreachable, .rateLimited: break
        // It was turned away unread, and the one before may have been let in.
        case let code where isRepeated && LedgerRefusal.isAtTheDoor(code): reason = error.sentence
        default: throw error
        }
        let pause = Duration.milliseconds(250 * attempt)
        guard attempt < Self.attempts, (try? await clock.sleep(for: pause)) != nil else { break }
      }
    }
    throw Refusal(.outcomeUnknown, "\(reason) \(Self.isDoneOnce)")
  }

  private static let isDoneOnce = "Give the same command again when the ledger answers: it is done once at most."

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
