/// The native calls of people who give money to each other.
extension Operation {
  private static func limit(_ what: String) -> Schema {
    Schema.integer("The most \(what), in minor units; null: no limit.", from: 1).orNull
  }

  private static let limits: [Schema.Property] = [
    .field("per_transfer", limit("at once")), .field("per_day", limit("in a local day")),
    .field("total", limit("ever")),
  ]

  private static let used: [Schema.Property] =
    limits + [
      .field("used_today", .integer("Minor units in the local day, with this.", from: 0)),
      .field("used_total", .integer("Minor units ever, with this.", from: 0)),
    ]

  private static let balance = Schema.object([
    .field("asset", .uuid("The asset.")), .field("name", .text("Its name.")), .field("category", .category),
    .field("before", .integer("Minor units before.", from: 0)),
    .field("after", .integer("Minor units after.", from: 0)),
  ])

  private static let receipt = Schema.object([
    .field("uuid", .uuid("The transaction.")), .field("hash", .text("Its hash.", pattern: "^[0-9a-f]{64}$")),
    .field("asset", .uuid("What was given.")), .field("asset_name", .text("Its name.")),
    .field("amount", .integer("Minor units.", from: 1)), .field("datetime", .instant("When it was posted.")),
  ])

  private static let shown = Schema.text(
    "To whom, by the name that the sender gave; of a card's number its end alone, of a wallet its first digits.")

  private static let transfer = Schema.object([
    .field("id", .uuid("The transfer.")), .field("state", .choice(["posted"], "What became of it.")),
    .field("receiver", shown), .field("transaction", receipt), .field("balance", balance),
    .field("limits", .object(used)),
  ])

  private static let refused = Schema.object([
    .field("id", .uuid("The transfer.")),
    .field("state", .choice(["refused"], "It is not made, and never will be.")),
    .field("code", .text("Why, for programs.")), .field("sentence", .text("Why, for a person.")),
  ])

  private static let body = Schema.object([
    .field("id", .uuid("The transfer's own id, made before anything is sent.")),
    .field(
      "receiver",
      .object(
        [
          .optional("wallet", .uuid("The person's wallet.")), .optional("email", .text("Their address.", atMost: 254)),
          .optional("card", .text("The number printed on their card.", atMost: 20)),
        ], "Who gets it: one of the three.")),
    .field("asset", .uuid("What is given.")), .field("amount", .integer("Minor units.", from: 1)),
    .optional("comment", Schema.text("For the receiver; it is not in the chain.", atMost: 1000).orNull),
  ])

  private static let refusals: [Reply] = [
    .refusal(402, "There is not enough money."),
    .refusal(
      403, "The money is not given, the limits do not allow it, the receiver is a place, or a card is unsettled."),
    .refusal(404, "No such person, or no such asset."),
    .refusal(429, "Too many receivers were named who are not known."),
  ]

  static let transfers: [Operation] = [
    .post(
      "/v1/wallet/transfers/", "postTransfer", .wallet, "Give money to another person",
      detail: """
        The id makes repetitions harmless: the same request again gets the first decision again, with 200 when it was \
        posted. A refusal is final for its id.
        """,
      body: body, answers: [.answer(200, "It was made before.", transfer), .answer(201, "It is made.", transfer)],
      refusals: refusals + [.refusal(409, "This id was used for another transfer.")]),
    .post(
      "/v1/wallet/transfers/preview/", "previewTransfer", .wallet, "What a transfer would do", body: body,
      answers: [
        .answer(
          200, "As it is now; nothing is decided.",
          .object([
            .field("id", .uuid("The transfer.")), .field("receiver", shown), .field("balance", balance),
            .field("limits", .object(used)),
          ]))
      ], refusals: refusals),
    .get(
      "/v1/wallet/transfers/", "transfers", .wallet, "What the signer gave and got",
      [
        .query("limit", .integer("How many at most: 1 to 1000; 100 when it is not given.", from: 0)),
        .query("before", .integer("The page before's next.", from: 0)),
      ],
      answers: [
        .answer(
          200, "Newest first.",
          .object([
            .field(
              "transfers",
              .list(
                of: .object([
                  .field("number", .integer("To be given as before.", from: 1)),
                  .field("direction", .choice(["out", "in"], "Whether the signer gave it or got it.")),
                  .field("id", Schema.uuid("The transfer, of one that the signer made.").orNull),
                  .field("party", .text("The other one, as far as the signer may know them.")),
                  .field("comment", Schema.comment.orNull), .field("transaction", receipt),
                ]))), .field("next", Schema.integer("For the next page; null at the end.", from: 1).orNull),
            .field("limits", .object(limits, "Those that the signer set.")),
          ]))
      ], refusals: [.refusal(400, "limit or before is no whole number.")]),
    .get(
      "/v1/wallet/transfers/{id}/", "transfer", .wallet, "What became of a transfer",
      [.path("id", .uuid("The transfer."))],
      answers: [.answer(200, "What the ledger decided.", .either([transfer, refused]))]),
    .post(
      "/v1/wallet/transfers/limits/", "limitTransfers", .wallet, "Limit what the signer may give",
      [.idempotencyKey],
      detail: "Within the terms of each money's federation; the narrower holds.",
      body: .object(limits), answers: [.answer(200, "They count from now on.", .object(limits))]),
  ]
}
