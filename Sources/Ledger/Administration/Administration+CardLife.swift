import FedowProtocol
import Model
import Rules

/// What the ledger's operator does to single cards, named in any way that is not ambiguous.
extension Administration {
  /// The cards that a text names.
  /// - Throws: `Refusal` with `unknown_card`.
  public func sheets(_ text: String) async throws -> [JSON] {
    try await store.read { [clock] books in
      let found = try books.cards(named: text)
      guard !found.isEmpty else { throw Refusal(.cardUnknown, "No card is known by '\(text)'.") }
      return try found.map { try books.sheet($0, reader: nil, now: clock()) }
    }
  }

  /// Blocks a card, or frees one.
  /// - Throws: `Refusal` with `unknown_card`, `card_replaced`, or `request_malformed` for an ambiguous name.
  public func block(_ text: String, isLost: Bool, reason: String?) async throws -> JSON {
    try await change(text) { tag, body in
      isLost ? BlockCard.lost(tag, by: .ledger, body: body) : .unblock(tag, by: .ledger, body: body)
    } body: { _ in
      ["reason": JSON(reason)]
    }
  }

  /// What a reassignment would do.
  public func previewReassignment(from old: String, to new: String, withPrimary: Bool) async throws -> JSON {
    try await store.read { [clock] books in
      let (old, new) = (try books.onlyCard(named: old), try books.onlyCard(named: new))
      let plan = try CardMove(from: old, to: new.firstTagID, withPrimary: withPrimary, by: .ledger, books: books)
      return try plan.preview(reader: nil, books: books, now: clock())
    }
  }

  /// Puts another card in the place of one.
  /// - Throws: `Refusal` with the reason why not.
  public func reassign(from old: String, to new: String, withPrimary: Bool, reason: String?) async throws -> JSON {
    try await change(old) { tag, body in
      ReassignCard(tag, by: .ledger, body: body)
    } body: { books in
      [
        "to": JSON(try books.onlyCard(named: new).firstTagID), "with_primary": .bool(withPrimary),
        "reason": JSON(reason),
      ]
    }
  }

  /// Undoes a reassignment that was made on the server.
  /// - Throws: `Refusal` with `not_found` or `too_late`.
  public func undoReassignment(_ id: EntityID) async throws -> JSON {
    try await write { ledger in
      try JSON.parse(try UndoReassignment(id, by: .ledger, body: [:]).perform(ledger).body)
    }
  }

  private func change(
    _ text: String, _ command: @Sendable @escaping (String, JSON) -> any LedgerCommand,
    body: @Sendable @escaping (Books) throws -> JSON
  ) async throws -> JSON {
    try await write { ledger in
      let card = try ledger.books.onlyCard(named: text)
      let answer = try command(card.firstTagID, try body(ledger.books)).perform(ledger)
      return try JSON.parse(answer.body)
    }
  }
}
