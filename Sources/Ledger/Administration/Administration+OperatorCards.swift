import FedowProtocol
import Model

extension Administration {
  /// Makes a card an operator's card at a place, or changes one that it is already.
  /// - Throws: `Refusal` with `unknown_card`.
  public func setPrimary(
    tag: String, place: String, _ change: OperatorCardChange = OperatorCardChange()
  ) async throws -> Books.Card {
    try await write { ledger in
      let place = try ledger.books.existingPlace(place)
      let card = try ledger.books.existingCard(tag: tag)
      if try ledger.books.operatorLink(card: card.uuid, at: place.uuid) == nil {
        try ledger.books.setPrimary(true, card: card.uuid, at: place.uuid)
        try ledger.books.note(
          Books.AuditEntry("operator_card_made", place: place.uuid, detail: ["tag": JSON(card.firstTagID)]),
          at: ledger.now)
      }
      _ = try ledger.change(operatorCard: tag, at: place, change, device: nil)
      return card
    }
  }

  /// Ends it.
  /// - Throws: `Refusal` with `unknown_card` or `primary_card_invalid`.
  public func revokePrimary(tag: String, place: String) async throws -> Books.Card {
    try await write { ledger in
      let place = try ledger.books.existingPlace(place)
      let card = try ledger.books.existingCard(tag: tag)
      guard try ledger.books.operatorLink(card: card.uuid, at: place.uuid) != nil else {
        throw Refusal(.primaryCardInvalid)
      }
      try ledger.books.setPrimary(false, card: card.uuid, at: place.uuid)
      try ledger.books.note(
        Books.AuditEntry("operator_card_revoked", place: place.uuid, detail: ["tag": JSON(card.firstTagID)]),
        at: ledger.now)
      return card
    }
  }
}

extension Books {
  fileprivate func existingCard(tag: String) throws -> Card {
    guard let card = try card(tag: tag) else {
      throw Refusal(.cardUnknown, "No card has the tag id \(tag). Import it first: ledgerd card import")
    }
    return card
  }
}
