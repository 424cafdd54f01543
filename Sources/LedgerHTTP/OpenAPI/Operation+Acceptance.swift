/// The native calls about what a place takes of the money of others.
extension Operation {
  private static let unnamed = Schema.choice(["accepted", "refused"], "What becomes of assets that it does not name.")

  private static let accepted = Schema.object([
    .field("unnamed", unnamed),
    .field(
      "assets",
      .list(
        of: .object([
          .field("asset", .uuid("The asset.")), .field("name", .text("Its name.")), .field("category", .category),
          .field("currency_code", .text("At most three letters.")),
          .field("origin_place", Schema.uuid("The place that issues it.").orNull),
          .field("is_shared", .flag("Whether a federation shares it with the place.")),
          .field("is_accepted", .flag("Whether cards can pay with it here.")),
          .field("ceiling", Schema.integer("The most that the place holds, in minor units.", from: 1).orNull),
          .field("held", .integer("What it holds, in minor units.", from: 0)),
          .field("room", Schema.integer("How much more it takes; null: any sum.", from: 0).orNull),
        ]), "Those of others that are shared with it, that it named or that it holds.")),
  ])

  static let acceptance: [Operation] = [
    .get(
      "/v1/acceptance/", "acceptance", .place, "What the place takes of the money of others",
      answers: [.answer(200, "What it said, asset by asset.", accepted)]),
    .post(
      "/v1/acceptance/", "setAcceptance", .place, "Say what the place takes of the money of others",
      detail: """
        Only within what its federations share; its own money and the federated one it always takes. It counts from the \
        next sale on. A ceiling is the most that the place holds of an asset until its issuer has paid it out: a sale \
        that would exceed it is refused with `over_ceiling`.
        """,
      body: .object([
        .optional("unnamed", Schema.choice(["accepted", "refused"], "Begins anew with all or nothing.").orNull),
        .optional(
          "assets",
          .list(
            of: .object([
              .field("asset", .uuid("The asset.")), .field("is_accepted", .flag("Whether it is taken.")),
              .optional("ceiling", Schema.integer("In minor units; null: any sum.", from: 1).orNull),
            ]), "What is said of single ones.", atMost: 1000)),
        .optional(
          "operator_card", Schema.text("The tag of the operator's card, for the audit trail.", atMost: 20).orNull),
      ]),
      answers: [.answer(200, "What it takes from now on.", accepted)],
      refusals: [.refusal(404, "An asset is not shared with the place.")]),
  ]
}
