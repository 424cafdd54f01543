import Model

/// The native calls about members.
extension Operation {
  /// A membership, and whether it is one at the instant in question.
  static let membership = Schema.object([
    .field("asset", .uuid("The membership.")), .field("name", .text("Its name.")),
    .field(
      "standing",
      .choice(["valid", "expired", "begins", "none"], "Whether its holder is a member; begins: not yet.")),
    .field(
      "instant",
      Schema.instant("Of valid: until when, null for ever; of expired: since when; of begins: when.").orNull),
    .field("member_since", Schema.instant("Since when it was paid without a gap.").orNull),
    .field("period_from", Schema.instant("When the period began that was paid last.").orNull),
  ])

  private static let renewal: [Schema.Property] = [
    .field("asset", .uuid("The membership.")), .field("name", Schema.text("Its name.").orNull),
    .field("from", .instant("Where the period begins that it is for.")),
    .field(
      "state",
      .choice(["posted", "failing", "lapsed"], "Made; tried again later; or given up when its grace was over.")),
    .field("code", Schema.text("Why it was not made, for programs.").orNull),
    .field("sentence", Schema.text("Why, for its holder.").orNull),
    .field("tries", .integer("How often it was tried.", from: 0)), .field("tried_at", .instant("When, the last time.")),
    .field("amount", Schema.integer("What it cost, in minor units.", from: 0).orNull),
    .field("delegation", Schema.uuid("Under what it was debited.").orNull),
    .field("membership", Schema.uuid("The transaction that makes a member.").orNull),
    .field("payment", Schema.uuid("The transaction that paid it.").orNull),
  ]

  static let memberships: [Operation] = [
    .get(
      "/v1/cards/{tag}/memberships/", "membershipsOfCard", .place, "Whether a card's holder is a member",
      [.path("tag", .tag), .query("at", .instant("At which instant; now when it is not given."))],
      answers: [
        .answer(
          200, "Of the memberships that the place accepts; none of those that were never had.",
          .object([
            .field("tag", .tag), .field("at", .instant("When this was or will be so.")),
            .field("memberships", .list(of: membership)),
          ]))
      ],
      refusals: [
        .refusal(400, "at is no instant."), .refusal(403, "The card is blocked."),
        .refusal(404, "The card is unknown."), .refusal(409, "The card was replaced."),
      ]),
    .get(
      "/v1/renewals/", "renewals", .place, "What became of the renewals of the place's memberships",
      answers: [
        .answer(
          200, "The newest 500 first.",
          .list(
            of: .object(
              renewal + [
                .field("wallet", .uuid("The member's.")),
                .field("cards", .list(of: .text("The number on a card of this place."), "The member's cards.")),
              ])))
      ]),
    .get(
      "/v1/wallet/memberships/", "membershipsOfWallet", .wallet, "The signer's memberships and their renewals",
      answers: [
        .answer(
          200, "As it is now; of the renewals the newest 500 first.",
          .object([
            .field("at", .instant("When this was so.")), .field("memberships", .list(of: membership)),
            .field("renewals", .list(of: .object(renewal))),
          ]))
      ]),
  ]
}
