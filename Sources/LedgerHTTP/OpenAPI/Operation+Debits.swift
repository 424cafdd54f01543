/// The native calls of kiosks about debits.
extension Operation {
  private static let moves = Schema.list(
    of: .object([
      .field("uuid", .uuid("The transaction.")), .field("hash", .text("Its hash.", pattern: "^[0-9a-f]{64}$")),
      .field("asset", .uuid("What was moved.")), .field("asset_name", .text("Its name.")),
      .field("amount", .integer("Minor units.", from: 1)), .field("datetime", .instant("When it was posted.")),
      .optional("voids", .uuid("The transaction that it takes back.")),
    ]))

  private static let balances = Schema.list(
    of: .object([
      .field("asset", .uuid("The asset.")), .field("name", .text("Its name.")), .field("category", .category),
      .field("before", .integer("Minor units before.", from: 0)),
      .field("after", .integer("Minor units after.", from: 0)),
    ]))

  private static let entered = Schema.object(
    [
      .field("membership", .uuid("The membership that lets in, or comes nearest to it.")),
      .field("name", .text("Its name.")),
      .field("standing", .choice(["valid", "expired", "begins", "none"], "How it stood.")),
      .field(
        "instant",
        Schema.instant("Of valid: until when, null for ever; of expired: since when; of begins: when.").orNull),
      .optional("badge", Schema.uuid("The transaction that records the badge.").orNull),
    ], "Of an entrance: by which membership.")

  private static let entrance = Schema.object(
    [
      .field(
        "memberships", .list(of: .uuid("A membership."), "Of which any one lets in.", atMost: 20)),
      .optional("badge", Schema.uuid("The badge that is recorded with it.").orNull),
      .optional(
        "again_after_s",
        Schema.integer("For how long nobody enters again, up to 86400; 300 when it is not given.", from: 0).orNull),
    ], "What makes the debit an entrance too; its parts may be none then, and it costs nothing.")

  private static let debit = Schema.object([
    .field("id", .uuid("The tap.")), .field("state", .choice(["posted", "voided"], "What became of it.")),
    .field("card", .tag), .field("transactions", moves), .field("balances", balances),
    .optional(
      "delegation",
      Schema.uuid("What it was made under; a card's wallet for what it carries by its issue; null of nothing.").orNull),
    .optional("entrance", entered),
    .optional("void", Schema.object([], "The answer of the void.").orNull),
  ])

  private static let refused = Schema.object([
    .field("id", .uuid("The tap.")), .field("state", .choice(["refused"], "It is not made, and never will be.")),
    .field("code", .text("Why, for programs.")), .field("sentence", .text("Why, for a person.")),
    .optional("entrance", entered.orNull),
    .field(
      "settlement",
      Schema.choice(["open", "posted", "forgiven"], "Of one that was decided offline: what became of it.").orNull),
  ])

  private static let void = Schema.object([
    .field("id", .uuid("The void.")), .field("voids", .uuid("The debit.")), .field("transactions", moves),
    .field("balances", balances),
  ])

  private static let newDebit = Schema.object([
    .field("id", .uuid("The tap's id, made before anything is sent.")), .field("card", .tag),
    .field(
      "parts",
      .list(
        of: .object([
          .field("asset", .uuid("The asset; each once.")), .field("amount", .integer("Minor units.", from: 1)),
        ]), "What is taken, asset by asset; at least one, but for an entrance.", atMost: 32)),
    .optional("entrance", entrance.orNull),
    .optional("primary_card", Schema.tag.orNull), .optional("comment", Schema.comment.orNull),
    .optional("metadata", Schema.map(of: .anything("Anything."), "Kept with each transaction.").orNull),
    .optional("delegation", Schema.uuid("The delegation to debit under; none: the first that allows it.").orNull),
    .optional("device", Schema.uuid("The device that decided: the one that signs.").orNull),
    .optional("is_offline", Schema.flag("Whether the kiosk decided without the ledger.").orNull),
    .optional(
      "decided_at",
      Schema.instant("When it did: at most 7 days back. Offline it decides whose local day the debit counts in.").orNull
    ),
  ])

  static let debits: [Operation] = [
    .post(
      "/v1/debits/", "postDebit", .place, "Debit a card over one or several assets, all or nothing",
      detail: """
        The id makes repetitions harmless: the same debit again gets the first decision again, with 200 when it was \
        posted. A refusal is final for its id. An offline debit that is refused marks its card until it is settled.
        """,
      body: newDebit,
      answers: [.answer(200, "It was made before.", debit), .answer(201, "It is made.", debit)],
      refusals: [
        .refusal(402, "There is not enough money."),
        .refusal(
          403,
          "The card is blocked or unsettled, the asset not accepted, no delegation allows it, or its holder does not enter."
        ),
        .refusal(404, "The card is unknown."), .refusal(409, "This id was used for another debit."),
      ]),
    .get(
      "/v1/debits/{id}/", "debit", .place, "What became of a debit", [.path("id", .uuid("The tap's id."))],
      answers: [.answer(200, "What the ledger decided.", .either([debit, refused]))]),
    .post(
      "/v1/debits/{id}/void/", "voidDebit", .place, "Take a debit back", [.path("id", .uuid("The debit."))],
      detail:
        "By the device that made it, once, within the place's window; the same void again gets the first answer. Of an offline debit that was refused nothing comes back: its card is free of it, also when it was forgiven before.",
      body: .object([
        .field("id", .uuid("The void's own id.")), .optional("operator_card", Schema.tag.orNull),
        .optional("reason", Schema.comment.orNull),
      ]),
      answers: [.answer(201, "It is taken back.", void)],
      refusals: [.refusal(409, "It was taken back before, or the place no longer holds the money.")]),
    .post(
      "/v1/debits/{id}/settle/", "settleDebit", .place, "Settle an offline debit that was refused",
      [.path("id", .uuid("The debit."))],
      body: .object([
        .field("how", .choice(["retry", "forgive"], "Post it as of now, or forgive it.")),
        .optional("operator_card", Schema.tag.orNull),
      ]),
      answers: [
        .answer(200, "It is forgiven, or was settled before.", .either([refused, debit])),
        .answer(201, "It is posted.", debit),
      ],
      refusals: [.refusal(402, "There is still not enough money."), .refusal(409, "It was settled the other way.")]),
    .get(
      "/v1/unsettled/", "unsettled", .place, "The place's offline debits that were refused and nobody settled",
      answers: [
        .answer(
          200, "Oldest first.",
          .list(
            of: .object([
              .field("debit", .uuid("The debit.")), .field("tag", .tag),
              .field("number_printed", Schema.text("The number on the card.").orNull),
              .field("amount", .integer("Minor units over all parts.")), .field("code", .text("Why it was refused.")),
              .field("decided_at", .instant("When the kiosk decided.")),
              .field("device", Schema.uuid("Which kiosk.").orNull),
            ])))
      ]),
  ]
}
