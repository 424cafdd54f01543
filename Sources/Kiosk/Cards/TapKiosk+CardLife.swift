import FedowProtocol
import Model

extension TapKiosk {
  /// Something done to one card by a call of its own: `lost`, `unblock`, `bind`, `unenroll`, `refund`, `reassign`.
  /// - Parameters:
  ///   - sheet: the card's.
  ///   - fields: of the ledger's call, besides id and operator's card.
  /// - Throws: `Refusal`.
  public func act(
    _ verb: Verb, on sheet: JSON, fields: [(String, JSON)] = [], detail: String? = nil
  ) async throws(Refusal) -> JSON {
    guard let tag = sheet["tag"]?.text else { throw Refusal(.ledgerRefused, "The ledger named a card without a tag.") }
    return try await perform(
      CardAct(
        verb.audit, path: "/v1/cards/\(tag)/\(verb.rawValue)/", fields: fields,
        subject: sheet["number_printed"]?.text, detail: detail, isRepeatable: verb == .lost || verb == .unblock))
  }

  /// What may be done to a card.
  public enum Verb: String, Sendable, CaseIterable {
    /// Block it.
    case lost
    /// Let it pay again.
    case unblock
    /// Give it to the person with an email.
    case bind
    /// Forget a card that was never used.
    case unenroll
    /// Give its money back.
    case refund
    /// Put another card in its place.
    case reassign

    var audit: String {
      switch self {
      case .lost: "card_lost"
      case .unblock: "card_unblocked"
      case .bind: "card_bound"
      case .unenroll: "card_unenrolled"
      case .refund: "card_refunded"
      case .reassign: "card_reassigned"
      }
    }
  }

  /// Makes new cards known.
  /// - Throws: `Refusal`; all are refused when one is.
  public func enroll(generation: Int64, cards: [JSON]) async throws(Refusal) -> JSON {
    guard (1...500).contains(cards.count) else {
      throw Refusal(.requestMalformed, "cards must be a list of 1 to 500 cards.")
    }
    return try await perform(
      CardAct(
        "card_enrolled", path: "/v1/cards/enroll/",
        fields: [("generation", JSON(generation)), ("cards", .array(cards))], subject: "\(cards.count) cards",
        detail: "generation \(generation)"))
  }

  /// Takes a reassignment back, within the ledger's time.
  /// - Throws: `Refusal`.
  public func undoReassignment(_ id: EntityID) async throws(Refusal) -> JSON {
    try await perform(
      CardAct("card_reassign_undone", path: "/v1/reassignments/\(id.text)/undo/", subject: id.text))
  }
}
