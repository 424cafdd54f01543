/// The calls about cards.
extension Operation {
  private static let batchErrors = Schema.either([
    .list(of: .map(of: .list(of: .text("An error.")), "A card's errors, by field; empty when it is good.")),
    .named("Refusal"),
  ])

  private static let newCard = Schema.object([
    .optional("uuid", Schema.uuid("The card; made up when it is missing.").orNull),
    .field("first_tag_id", .tag),
    .optional("complete_tag_id_uuid", Schema.uuid("The whole tag id as older tills keep it.").orNull),
    .field("qrcode_uuid", .uuid("The uuid in its printed QR code.")),
    .field("number_printed", .text("The number printed on it.", atMost: 8)),
    .field(
      "generation", Schema(types: ["integer", "string"], text: "The batch; the same for all.", pattern: "^-?[0-9]+$")),
    .optional("is_primary", Schema.flag("Whether it becomes an operator's card of the place.").orNull),
  ])

  private static let origin = Schema.object([
    .field("wallet_uuid", .uuid("The wallet that the card opens.")),
    .field("is_wallet_ephemere", .flag("Whether it belongs to no user yet.")),
    .field("origin", .named("CardOrigin")),
  ])

  private static func origin(_ path: String, _ id: String, _ summary: String, _ name: Schema) -> Operation {
    .get(
      "/card/{tag}/\(path)/", id, .key, summary, [.path("tag", name)],
      answers: [.answer(200, "Its wallet and origin.", origin)],
      refusals: [.refusal(400, "It is not of the right form.", .named("RefusalText"))])
  }

  static let cards: [Operation] = [
    .get(
      "/card/{tag}/", "card", .place, "Read a card",
      [.path("tag", .tag)], detail: "A card's first reading makes its wallet. Lower-case digits are another tag.",
      answers: [.answer(200, "The card with the balances that the place accepts.", .named("Card"))],
      refusals: [.refusal(404, "No card has this tag.", .named("RefusalText"))]),
    .post(
      "/card/", "createCards", .place, "Create a batch of cards", [.idempotencyKey],
      detail: "All or none.", body: .list(of: newCard, "The cards.", atMost: 10_000),
      answers: [.answer(201, "How many.", .text("The number of cards.", pattern: "^[0-9]+$"))],
      refusals: [
        .refusal(400, "What is wrong with each card.", batchErrors),
        .refusal(409, "The first card's uuid exists.", batchErrors),
      ]),
    .post(
      "/card/set_primary/", "setPrimary", .place, "Make a card an operator's card, or end that", [.idempotencyKey],
      body: .object([
        .field("first_tag_id", .tag), .optional("delete", Schema.flag("Whether to end it.").orNull),
      ]),
      answers: [
        .answer(200, "It is one now.", .text("OK")), .answer(208, "It was one already.", .text("Déja OK")),
        .answer(205, "It is none any more, at this place.", .text("remove ok")),
      ], refusals: [.refusal(404, "No such card.")]),
    .post(
      "/card/badge/", "badgeCard", .place, "Record a card's presence", [.idempotencyKey],
      body: .object([
        .field("first_tag_id", .tag), .field("primary_card_firstTagId", .tag),
        .field("asset", .uuid("An asset of category BDG.")),
        .optional("pos_uuid", .anything("The point of sale, kept in the metadata.")),
        .optional("pos_name", .anything("Its name, kept in the metadata.")),
      ]), answers: [.answer(201, "The transaction; nothing moves.", .named("Tx"))],
      refusals: [.refusal(404, "No such card.")]),
    .post(
      "/card/refund/", "refundCard", .place, "Empty a card of what the place pays back in cash", [.idempotencyKey],
      detail: "All of it or nothing. A void (VID) also frees the card from its user and from this place's operators.",
      body: .object([
        .field("user_card_firstTagId", .tag), .field("primary_card_fisrtTagId", .tag),
        .field("action", .choice(["RFD", "VID"], "RFD refund, VID void.")),
      ]),
      answers: [
        .answer(
          205, "What was paid back. A body with status 205: clients of old read it.",
          .object([
            .field("serialized_card", .named("Card")), .field("before_refund_serialized_wallet", .named("Wallet")),
            .field("serialized_transactions", .list(of: .named("Tx"))),
          ]))
      ]),
    origin("card_tag_id_retrieve", "cardByTag", "Whose card is it, by its tag", .tag),
    origin(
      "card_number_retrieve", "cardByNumber", "Whose card is it, by its printed number",
      .text("8 hexadecimal digits.", atMost: 8)),
    origin("qr_retrieve", "cardByQRCode", "Whose card is it, by its QR code", .uuid("The uuid in the QR code.")),
    .get(
      "/card/retrieve_card_by_signature/", "ownCards", .wallet, "One's own cards",
      answers: [.answer(200, "The cards.", .list(of: .named("Card")))]),
    .post(
      "/card/lost_my_card_by_signature/", "loseCard", .wallet, "Block one's own card", [.idempotencyKey],
      detail: "The card opens nothing any more, for whoever finds it; the money stays in its owner's wallet.",
      body: .object([.field("number_printed", .text("The number printed on it.", atMost: 8))]),
      answers: [.answer(200, "It is blocked.", .text("A sentence."))],
      refusals: [.refusal(404, "Not a card of one's own.")]),
  ]
}
