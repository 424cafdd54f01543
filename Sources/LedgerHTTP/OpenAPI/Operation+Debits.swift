/// The native calls of kiosks.
extension Operation {
  private static let debit = Schema.object([
    .field("id", .uuid("The tap.")), .field("card", .tag),
    .field(
      "transactions",
      .list(
        of: .object([
          .field("uuid", .uuid("The transaction.")), .field("hash", .text("Its hash.", pattern: "^[0-9a-f]{64}$")),
          .field("asset", .uuid("What was taken.")), .field("asset_name", .text("Its name.")),
          .field("amount", .integer("Minor units.", from: 1)), .field("datetime", .instant("When it was posted.")),
        ]))),
    .field(
      "balances",
      .list(
        of: .object([
          .field("asset", .uuid("The asset.")), .field("name", .text("Its name.")), .field("category", .category),
          .field("before", .integer("Minor units before.", from: 0)),
          .field("after", .integer("Minor units after.", from: 0)),
        ]))),
  ])

  static let debits: [Operation] = [
    .post(
      "/v1/debits/", "postDebit", .place, "Debit a card over one or several assets, all or nothing",
      detail: "The id makes repetitions harmless: the same debit again answers 200 with the first answer.",
      body: .object([
        .field("id", .uuid("The tap's id, made before anything is sent.")), .field("card", .tag),
        .field(
          "parts",
          .list(
            of: .object([
              .field("asset", .uuid("The asset; each once.")), .field("amount", .integer("Minor units.", from: 1)),
            ]), "What is taken, asset by asset.", atMost: 32)),
        .optional("primary_card", Schema.tag.orNull), .optional("comment", Schema.comment.orNull),
        .optional("metadata", Schema.map(of: .anything("Anything."), "Kept with each transaction.").orNull),
      ]),
      answers: [.answer(200, "It was made before.", debit), .answer(201, "It is made.", debit)],
      refusals: [
        .refusal(402, "There is not enough money."), .refusal(403, "The card is blocked, or the asset not accepted."),
        .refusal(404, "The card is unknown."), .refusal(409, "This id was used for another debit."),
      ]),
    .get(
      "/v1/debits/{id}/", "debit", .place, "What became of a debit", [.path("id", .uuid("The tap's id."))],
      answers: [.answer(200, "The answer that it got.", debit)]),
  ]
}
