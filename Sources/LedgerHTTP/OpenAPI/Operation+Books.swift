import Ledger
import Model

/// The native calls about what was: refunds, histories, reports.
extension Operation {
  private static let paidBack: [Schema.Property] = [
    .field("asset", .uuid("The asset.")), .field("name", .text("Its name.")), .field("category", .category),
    .field("amount", .integer("Minor units.", from: 1)),
  ]

  private static let remaining: [Schema.Property] =
    paidBack + [
      .field("code", .text("Why it is not paid back, for programs.")),
      .field("sentence", .text("Why, and who can, for a person.")),
    ]

  private static let plan: [Schema.Property] = [
    .field("refunded", .list(of: .object(paidBack), "What is paid back, in cash.")),
    .field("remains", .list(of: .object(remaining), "What is not, as far as the place may see it.")),
    .field("total", .integer("Minor units over all that is paid back.", from: 0)),
  ]

  private static let receipt = Schema.object(
    [
      .field("id", .uuid("The refund.")), .field("card", .tag),
      .field(
        "transactions",
        .list(
          of: .object([
            .field("uuid", .uuid("The transaction.")), .field("hash", .text("Its hash.", pattern: "^[0-9a-f]{64}$")),
            .field("asset", .uuid("What was paid back.")), .field("asset_name", .text("Its name.")),
            .field("amount", .integer("Minor units.", from: 1)), .field("datetime", .instant("When.")),
          ]))),
    ] + plan + [.field("void", .flag("Whether the card belongs to nobody now."))])

  private static let entry = Schema.object([
    .field("sequence", .integer("Its number in the ledger.", from: 1)), .field("uuid", .uuid("The transaction.")),
    .field("datetime", .instant("When it was posted.")),
    .field("action", .choice(TransactionAction.allCases.map(\.rawValue), "As in Tx.")),
    .field(
      "what", .choice(HistoryKind.allCases.map(\.rawValue), "What it was, also where TRF stands for several things.")),
    .field("party", Schema.text("Always null here: whom a person gives to is no place's to know.").orNull),
    .field("card", Schema.text("The number printed on the card that was used.").orNull),
    .field("place", Schema.text("Where.").orNull), .field("device", Schema.text("At which till or kiosk.").orNull),
    .field("asset", .uuid("The asset.")), .field("asset_name", .text("Its name.")), .field("category", .category),
    .field("amount", .integer("Minor units; below 0 for what went out.")),
    .field("balance", .integer("Minor units afterwards.", from: 0)),
    .field("hash", .text("Its hash.", pattern: "^[0-9a-f]{64}$")), .field("comment", Schema.comment.orNull),
    .field("debit", Schema.uuid("The tap, where there was one.").orNull),
  ])

  private static let history = Schema.object([
    .field("entries", .list(of: entry, "Newest first.")),
    .field("next", Schema.integer("To be given as before for the next page; null at the end.", from: 1).orNull),
  ])

  private static let report = Schema.object([
    .field("place", Schema.text("Its name.").orNull), .field("from", .instant("From when on.")),
    .field("to", .instant("Up to when.")), .field("time_zone", .text("Whose hours and days these are.")),
    .field("by", .choice(["hour", "day"], "What a row stands for.")),
    .field(
      "rows",
      .list(
        of: .object([
          .field("hour", .instant("When the hour or day begins by the local clock, with its offset.")),
          .field("place", .text("Its name.")), .field("device", Schema.text("The till or kiosk, by name.").orNull),
          .field("asset", .uuid("The asset.")), .field("asset_name", .text("Its name.")), .field("category", .category),
          .field("kind", .choice(["sale", "refill", "refund", "void", "other"], "What was done.")),
          .field("count", .integer("Transactions.", from: 1)), .field("amount", .integer("Minor units.", from: 0)),
        ]), "In the order of time; nothing for hours without any.")),
    .field(
      "refills",
      .list(
        of: .object([
          .field("asset", .uuid("The asset.")), .field("asset_name", .text("Its name.")),
          .field("means", .choice(["cash", "card", "cheque", "transfer", "online"], "What was paid with.")),
          .field("count", .integer("Refills.", from: 1)), .field("amount", .integer("Minor units.", from: 0)),
        ]), "What refills were paid with, where the till said so in their metadata: `means_of_payment`.")),
    .field(
      "outstanding",
      .list(
        of: .object([
          .field("asset", .uuid("The asset.")), .field("asset_name", .text("Its name.")), .field("category", .category),
          .field("amount", .integer("Minor units.")),
        ]), "What people hold now of what the place issued.")),
    .field(
      "cards",
      .object(
        ["issued", "lost", "replaced", "unblocked"].map { .field($0, .integer("How many in this time.", from: 0)) })),
    .field(
      "unsettled",
      .object([
        .field("count", .integer("Offline debits that nobody settled yet.", from: 0)),
        .field("amount", .integer("Minor units.", from: 0)),
      ])),
  ])

  private static let page: [Parameter] = [
    .query("limit", .integer("How many entries at most: 1 to 1000; 100 when it is not given.", from: 0)),
    .query("before", .integer("The page before's next.", from: 0)),
    .query("from", .instant("Only from this instant on.")), .query("to", .instant("Only before this instant.")),
  ]

  static let books: [Operation] = [
    .get(
      "/v1/cards/{tag}/refund/", "refundPreview", .place, "What a refund of a card would pay back",
      [.path("tag", .tag)],
      answers: [.answer(200, "As it is now.", .object([.field("card", .tag)] + plan))],
      refusals: [.refusal(403, "The card is blocked or unsettled."), .refusal(404, "The card is unknown.")]),
    .post(
      "/v1/cards/{tag}/refund/", "refund", .place, "Pay a card back, all that the place's policy says, in one posting",
      [.path("tag", .tag)],
      detail: """
        The id makes repetitions harmless. With void the card also leaves its wallet and its user: at its place of origin \
        alone. What is not paid back stays in that wallet.
        """,
      body: .object([
        .field("id", .uuid("The refund's own id.")), .field("operator_card", .tag),
        .field("expected_total", .integer("The total that the preview has shown.", from: 0)),
        .optional("reason", Schema.comment.orNull), .optional("void", Schema.flag("Whether to free the card.").orNull),
      ]),
      answers: [.answer(201, "It is paid back.", receipt)],
      refusals: [
        .refusal(403, "The card is blocked or unsettled, or not this place's to free."),
        .refusal(404, "The card is unknown."),
        .refusal(409, "The total is another than was shown, or this id was used for another refund."),
      ]),
    .get(
      "/v1/cards/{tag}/history/", "cardHistory", .place, "The history of the wallet that a card opens",
      [.path("tag", .tag)] + page,
      detail: "Of a user's wallet with what was on cards before they were linked to it; each entry with the card used.",
      answers: [.answer(200, "As far as the place may see it.", history)],
      refusals: [.refusal(400, "A parameter is wrong."), .refusal(404, "The card is unknown.")]),
    .get(
      "/v1/wallets/{id}/history/", "walletHistory", .place, "The history of a wallet",
      [.path("id", .uuid("The wallet."))] + page,
      answers: [.answer(200, "As far as the place may see it.", history)],
      refusals: [.refusal(400, "A parameter is wrong."), .refusal(404, "The wallet is unknown.")]),
    .get(
      "/v1/report/", "report", .place, "What the place took and gave, by local hours or days",
      [
        .query("from", .instant("From this instant on; the beginning of the day when it is not given.")),
        .query("to", .instant("Up to this instant; now when it is not given.")),
        .query("by", .choice(["hour", "day"], "What a row stands for; hour when it is not given.")),
      ],
      answers: [.answer(200, "The report.", report)], refusals: [.refusal(400, "A parameter is wrong.")]),
  ]
}
