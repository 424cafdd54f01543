/// The native calls of holders about their own cards, by the signature of their wallet.
extension Operation {
  private static let request: [Schema.Property] = [
    .optional("id", Schema.uuid("The request's own id: with it, a repetition gets the first answer.").orNull),
    .optional("reason", Schema.text("Free text.", atMost: 1000).orNull),
  ]

  private static func limit(_ what: String) -> Schema {
    Schema.integer("The most \(what), in minor units; null: no limit.", from: 1).orNull
  }

  private static func change(
    _ word: String, _ id: String, _ summary: String, _ properties: [Schema.Property] = [],
    answer: Reply = .answer(200, "The card as it is now.", cardSheet), refusals: [Reply] = []
  ) -> Operation {
    .post(
      "/v1/wallet/cards/{tag}/\(word)/", id, .wallet, summary, [.path("tag", .tag), .idempotencyKey],
      body: .object(request + properties), answers: [answer], refusals: refusals)
  }

  static let ownCards: [Operation] = [
    .get(
      "/v1/wallet/cards/", "cardsOfWallet", .wallet, "The signer's cards",
      answers: [
        .answer(
          200, "Those reported lost too, and those that a place offers.",
          .object([.field("cards", .list(of: cardSheet)), .field("offered", .list(of: cardSheet))]))
      ]),
    change(
      "confirm", "confirmCard", "Take a card that a place offers; what lies on it goes to the signer's wallet",
      refusals: [.refusal(404, "No such card is offered to the signer."), .refusal(409, "It is in use or replaced.")]),
    change(
      "limits", "limitOwnCard", "Limit what one card may spend",
      [.optional("per_tap", limit("in one debit")), .optional("per_day", limit("in a local day"))]),
    change("lost", "loseOwnCard", "Block one's lost card"),
    change("unblock", "unblockOwnCard", "Free one's own card", refusals: [.refusal(409, "card_replaced.")]),
    change(
      "reassign", "reassignOwnCard", "Put another card in the place of one's own, for ever", [.field("to", .tag)],
      answer: .answer(201, "Both cards as they are now.", move),
      refusals: [.refusal(409, "The new card is in use, or the old one replaced.")]),
    .post(
      "/v1/wallet/reassignments/{id}/undo/", "undoOwnReassignment", .wallet, "Undo one's own reassignment",
      [.path("id", .uuid("The reassignment.")), .idempotencyKey], body: .object(request),
      answers: [.answer(200, "Both cards as they were before.", undone)],
      refusals: [.refusal(409, "too_late.")]),
  ]
}
