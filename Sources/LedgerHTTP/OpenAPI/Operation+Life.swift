/// The native calls of places about the life of a card.
extension Operation {
  private static func amount(_ text: String) -> Schema { Schema.integer(text, from: 1).orNull }

  static let cardSheet = Schema.object([
    .field("card", .uuid("The card.")), .field("tag", .tag),
    .field("uid", Schema.text("Its full UID, where it is longer than the tag and known.").orNull),
    .field("number_printed", .text("The number on it.")), .field("qrcode", .uuid("Its QR code.")),
    .field("generation", .integer("Its batch.")), .field("origin_place", .uuid("The place that issued it.")),
    .field("origin_name", Schema.text("That place's name.").orNull),
    .field("state", .choice(["unused", "usable", "blocked", "unsettled", "replaced"], "Whether it pays.")),
    .field("wallet", Schema.uuid("What it opens.").orNull),
    .field("is_ephemeral", .flag("Whether it belongs to nobody.")),
    .field("email", Schema.text("The address of its holder.").orNull),
    .field("email_pending", Schema.text("The address of who has to confirm that the card is theirs.").orNull),
    .field("is_primary", .flag("Whether it may act as an operator's card of the place that asks now.")),
    .field("replaced_by", Schema.text("The number of the card that took its place.").orNull),
    .field("replaces", Schema.text("The number of the card whose place it took.").orNull),
    .field("blocked_at", Schema.instant("Since when it is blocked, where that is known.").orNull),
    .field("blocked_by", Schema.text("The name of the place that blocked it; or holder, or ledger.").orNull),
    .field(
      "limits",
      .object(
        [
          .field("per_tap", amount("The most in one debit, in minor units.")),
          .field("per_day", amount("The most in a local day, in minor units.")),
        ], "What its holder allows this card.")),
  ])

  static let sheets = Schema.object([.field("cards", .list(of: cardSheet))])

  static let move = Schema.object([
    .field("id", .uuid("The reassignment.")), .field("from", cardSheet), .field("to", cardSheet),
    .field("undo_until", .instant("Until when it can be undone, if the new card is not used.")),
  ])

  static let undone = Schema.object([
    .field("id", .uuid("The reassignment.")), .field("from", cardSheet), .field("to", cardSheet),
  ])

  private static let held = Schema.list(
    of: .object([
      .field("asset", .uuid("The asset.")), .field("name", .text("Its name.")), .field("category", .category),
      .field("balance", .integer("Minor units.", from: 0)),
    ]))

  private static let preview = Schema.object([
    .field("from", cardSheet), .field("to", cardSheet), .field("wallet", Schema.uuid("What moves.").orNull),
    .field(
      "moves",
      .object([
        .field("balances", held), .field("memberships", held),
        .field("delegations", .integer("How many its holder granted.", from: 0)),
        .field("primary_of", .list(of: .text("A place whose operator's rights move."))),
      ])),
    .field("is_possible", .flag("Whether it may be done.")), .field("code", Schema.text("Why not.").orNull),
    .field("sentence", Schema.text("The same for a person.").orNull),
  ])

  private static let sighting = Schema.object([
    .field("number", .integer("To be given as since the next time.", from: 1)), .field("tag", .tag),
    .field("number_printed", .text("The number on the card.")), .field("place", .text("Where it was tapped.")),
    .field("device", Schema.text("The kiosk's name.").orNull), .field("reader", Schema.text("The reader.").orNull),
    .field("at", .instant("When.")),
  ])

  /// What the body of each change of a place begins with.
  private static let request: [Schema.Property] = [
    .field("id", .uuid("The request's own id: with it, a repetition gets the first answer.")),
    .field("operator_card", .tag), .optional("reason", Schema.text("Free text.", atMost: 1000).orNull),
  ]

  private static func change(
    _ word: String, _ id: String, _ summary: String, _ properties: [Schema.Property] = [], answer: Reply,
    refusals: [Reply] = []
  ) -> Operation {
    .post(
      "/v1/cards/{tag}/\(word)/", id, .place, summary, [.path("tag", .tag)], body: .object(request + properties),
      answers: [answer], refusals: refusals)
  }

  private static let card = Reply.answer(200, "The card as it is now.", cardSheet)

  static let cardLife: [Operation] = [
    .get(
      "/v1/cards/", "findCards", .place, "Find cards by whatever names them",
      [.query("q", .text("A tag, a full UID, a printed number, a QR code or its address, or a person's address."))],
      answers: [.answer(200, "One or several.", sheets)], refusals: [.refusal(404, "No card is known by it.")]),
    .post(
      "/v1/cards/enroll/", "enrollCards", .place, "Make new cards of the place, all or none",
      body: .object(
        request + [
          .field("generation", .integer("Their batch.", from: 0)),
          .field(
            "cards",
            .list(
              of: .object([
                .field("uid", .text("The full UID: 8, 14 or 20 hexadecimal digits.", atMost: 40)),
                .optional("number_printed", Schema.text("Made when it is missing.", atMost: 8).orNull),
                .optional("qrcode", Schema.uuid("Made when it is missing.").orNull),
              ]), atMost: 1000)),
        ]), answers: [.answer(201, "The cards.", sheets)],
      refusals: [.refusal(409, "card_exists or alias_collision; the sentence names both cards.")]),
    change(
      "unenroll", "unenrollCard", "Take back a card that was never used",
      answer: .answer(
        200, "It is known no longer.",
        .object([.field("tag", .tag), .field("number_printed", .text("The number on it."))])),
      refusals: [.refusal(409, "card_in_use.")]),
    change(
      "bind", "bindCard", "Offer a card to a person, who confirms",
      [.field("email", .text("Their address.", atMost: 254))],
      answer: card, refusals: [.refusal(409, "It is in use or replaced.")]),
    change("lost", "blockLostCard", "Block a lost card", answer: card),
    change(
      "unblock", "unblockCard", "Free a card that was found", answer: card,
      refusals: [.refusal(409, "card_replaced.")]),
    .post(
      "/v1/cards/{tag}/sighted/", "sightCard", .place, "Tell that a blocked card was tapped", [.path("tag", .tag)],
      body: .object([
        .field("id", .uuid("The request's own id.")), .optional("reader", Schema.text("Where.", atMost: 200).orNull),
        .optional("at", Schema.instant("When; now when it is missing.").orNull),
      ]), answers: [.answer(200, "It is written down.", .object([]))]),
    .get(
      "/v1/sightings/", "sightings", .place, "Where the place's own blocked cards were tapped",
      [.query("since", .integer("The number of the last one that is known.", from: 0))],
      answers: [
        .answer(200, "At most 1000, oldest first.", .object([.field("sightings", .list(of: sighting))]))
      ], refusals: [.refusal(400, "since is no whole number.")]),
    .get(
      "/v1/cards/{tag}/reassignment/", "previewReassignment", .place, "What a reassignment would do",
      [
        .path("tag", .tag), .query("to", .tag),
        .query("with_primary", .choice(["true", "false"], "Whether the place's operator's rights move too.")),
      ], answers: [.answer(200, "What moves, and whether it may.", preview)],
      refusals: [.refusal(400, "to is missing, or with_primary is neither.")]),
    change(
      "reassign", "reassignCard", "Put another card in the place of one, for ever",
      [
        .field("to", .tag),
        .optional("with_primary", Schema.flag("Whether the place's operator's rights move too.").orNull),
      ], answer: .answer(201, "Both cards as they are now.", move),
      refusals: [.refusal(409, "The new card is in use, or the old one replaced.")]),
    .post(
      "/v1/reassignments/{id}/undo/", "undoReassignment", .place, "Undo a reassignment",
      [.path("id", .uuid("The reassignment."))], body: .object(request),
      answers: [.answer(200, "Both cards as they were before.", undone)],
      refusals: [.refusal(409, "too_late: 10 minutes are over, or the new card was used.")]),
  ]
}
