/// The native calls by which places settle what they hold of each other's money.
extension Operation {
  private static let clearing = Schema.object([
    .field("id", .uuid("The clearing.")), .field("federation", .uuid("Whose.")),
    .field("federation_name", .text("Its name.")),
    .field("from", Schema.instant("Of what was taken from here on; null: ever.").orNull),
    .field("to", .instant("Up to here.")),
    .field("sequence", .integer("As the ledger was after this transaction.", from: 0)),
    .field(
      "netting",
      .choice(["bilateral", "multilateral"], "Between two places, or all that claims connect.")),
    .field("means", .choice(["primary", "bank"], "In primary tokens, or by bank transfers.")),
    .field("created_at", .instant("When it was proposed.")),
    .field("expires_at", .instant("Until when it can be agreed to.")),
    .field(
      "positions",
      .list(
        of: .object([
          .field("place", .uuid("The place.")), .field("place_name", .text("Its name.")),
          .field("claims", .integer("What others owe it, in minor units.", from: 0)),
          .field("owes", .integer("What it owes others.", from: 0)),
          .field(
            "net", .integer("What it gets, or below zero what it pays; the sum over all is zero.")),
        ]))),
    .field("parts", .list(of: part, "Those that concern the place.")),
  ])

  private static let part = Schema.object([
    .field("part", .integer("Its number.", from: 1)),
    .field(
      "state",
      .choice(["proposed", "agreed", "settled", "declined", "expired"], "What became of it.")),
    .field("settled_at", Schema.instant("When it was posted.").orNull),
    .field(
      "obstacle",
      Schema.object(
        [.field("code", .text("Its code.")), .field("sentence", .text("For people."))],
        "What keeps it."
      ).orNull),
    .field(
      "parties",
      .list(
        of: .object([
          .field("place", .uuid("The place.")), .field("place_name", .text("Its name.")),
          .field("net", .integer("What it gets, or below zero what it pays.")),
          .field("agreed_at", Schema.instant("When it agreed.").orNull),
          .field("declined_at", Schema.instant("When it declined.").orNull),
          .field("reason", Schema.text("Why.").orNull),
        ]))), .field("claims", .list(of: claim, "What is handed back.")),
    .field("payments", .list(of: payment, "What is paid for it.")),
  ])

  private static let claim = Schema.object([
    .field("claim", .integer("Its number.", from: 1)), .field("holder", .uuid("Who took it.")),
    .field("holder_name", .text("Its name.")), .field("issuer", .uuid("Who issued it.")),
    .field("issuer_name", .text("Its name.")), .field("asset", .uuid("What.")),
    .field("asset_name", Schema.text("Its name.").orNull),
    .field("amount", .integer("Minor units.", from: 1)),
    .field("transaction", Schema.uuid("The deposit that burnt it.").orNull),
  ])

  private static let payment = Schema.object([
    .field("payment", .integer("Its number.", from: 1)), .field("debtor", .uuid("Who pays.")),
    .field("debtor_name", .text("Its name.")), .field("creditor", .uuid("Who is paid.")),
    .field("creditor_name", .text("Its name.")),
    .field("amount", .integer("Minor units.", from: 1)),
    .field("reference", Schema.text("What the bank transfer is known by.").orNull),
    .field("paid_on", Schema.text("The day it was made.").orNull),
    .field("declared_at", Schema.instant("When the debtor said so.").orNull),
    .field("confirmed_at", Schema.instant("When the creditor said so.").orNull),
    .field("transaction", Schema.uuid("The transfer of primary tokens.").orNull),
  ])

  private static let onePart = Schema.Property.optional(
    "part", Schema.integer("Only this part; null: all that concern the place.", from: 1).orNull)
  private static let operatorCard = Schema.Property.optional(
    "operator_card",
    Schema.text("The tag of the operator's card, for the audit trail.", atMost: 20).orNull)

  private static func act(
    _ word: String, _ summary: String, detail: String = "", _ fields: [Schema.Property]
  ) -> Operation {
    .post(
      "/v1/clearings/{id}/\(word)/", "\(word)Clearing", .place, summary,
      [.path("id", .uuid("The clearing."))],
      detail: detail, body: .object(fields + [operatorCard]),
      answers: [.answer(200, "As it is now.", clearing)],
      refusals: [
        .refusal(402, "A debtor has not enough primary tokens; nothing was posted."),
        .refusal(409, "It is closed, still open, outdated, or the position is another one."),
      ])
  }

  static let clearings: [Operation] = [
    .get(
      "/v1/clearings/", "clearings", .place, "The clearings that concern the place",
      answers: [.answer(200, "Newest first.", .list(of: clearing))]),
    .get(
      "/v1/clearings/{id}/", "clearing", .place, "One of them",
      [.path("id", .uuid("The clearing."))],
      answers: [.answer(200, "The place's parts of it.", clearing)]),
    act(
      "agree", "Agree to the place's position",
      detail: """
        Once every place of a part has agreed, its claims are burnt (`BNK`) and paid for in one posting, in primary tokens \
        at once, by bank transfers when the last was confirmed. Again is harmless.
        """,
      [
        .field(
          "net", .integer("The place's position over these parts: what its signature covers.")),
        onePart,
      ]),
    act(
      "decline", "Decline for good",
      [onePart, .optional("reason", Schema.text("Why.", atMost: 1000).orNull)]),
    act(
      "declare", "Say by which bank transfer the place paid",
      [
        .field("part", .integer("The part.", from: 1)),
        .field("payment", .integer("The payment.", from: 1)),
        .field("reference", .text("What the transfer is known by.", atMost: 200)),
        .field("paid_on", .text("The day it was made, like 2026-11-24.", atMost: 10)),
      ]),
    act(
      "confirm", "Say that a bank transfer has come",
      [
        .field("part", .integer("The part.", from: 1)),
        .field("payment", .integer("The payment.", from: 1)),
      ]),
    act("settle", "Post what all agreed to, once nothing stands in its way", [onePart]),
  ]
}
