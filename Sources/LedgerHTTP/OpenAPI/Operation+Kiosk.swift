/// The native calls of kiosks about cards, devices and what their place allows.
extension Operation {
  private static let kioskCard = Schema.object([
    .field("tag", .tag), .field("card", .uuid("The card.")), .field("number_printed", .text("The number on it.")),
    .field("wallet", Schema.uuid("What it opens; nothing when it is blocked.").orNull),
    .field("is_ephemeral", .flag("Whether it belongs to nobody yet.")),
    .field("is_primary", .flag("Whether it may act as an operator's card here now.")),
    .field("primary_until", Schema.instant("When that ends.").orNull),
    .field("state", .choice(["usable", "blocked", "unsettled"], "Whether it pays.")),
    .field(
      "holdings",
      .list(
        of: .object([
          .field("asset", .uuid("The asset.")), .field("name", .text("Its name.")), .field("category", .category),
          .field("currency_code", .text("At most three letters.")),
          .field("origin_place", Schema.uuid("The place that issues it.").orNull),
          .field("balance", .integer("Minor units.", from: 0)),
          .field("is_accepted", .flag("Whether it can be paid with here.")),
          .optional(
            "room",
            .integer("How much more of it the place takes, in minor units; it is there with a ceiling.", from: 0)),
          .optional("melts_next", Operation.nextMelting), .optional("membership", Operation.membership),
        ]), "What the place may see of its money.")),
    .field("delegations", .list(of: .named("Delegation"), "Those that let this place debit, as they are tried.")),
    .field("at", .instant("When this was so.")),
  ])

  private static let device = Schema.object([
    .field("device", .uuid("The device.")), .field("name", .text("What its operator calls it.")),
    .field("created_at", .instant("When it was paired or enrolled.")),
    .field("last_seen_at", Schema.instant("When it was last heard, within five minutes.").orNull),
    .field("revoked_at", Schema.instant("When it was revoked.").orNull),
    .field("is_this", .flag("Whether it is the one that asks.")),
  ])

  private static let policy = Schema.object([
    .field(
      "offline",
      .object([
        .field("is_allowed", .flag("Whether kiosks may debit without the ledger.")),
        .field("per_card", .integer("The most a card may spend so, in minor units.", from: 0)),
        .field("per_device", .integer("The most a kiosk may take so, in minor units.", from: 0)),
        .field("longest_s", .integer("For so many seconds after the last contact.", from: 0)),
      ])),
    .field("hotlist_longest_s", .integer("How old the hotlist may be offline, in seconds.", from: 0)),
    .field("void_window_s", .integer("How long a debit may be taken back, in seconds.", from: 0)),
    .field("time_zone", .text("The place's time zone.")),
    .field(
      "spend_order",
      .list(of: .choice(["gift", "own_local", "federated", "other_local"], "A kind of money."), "First to last.")),
    .field("refund", .list(of: Schema.category, "What the place pays back in cash.")),
  ])

  private static let hotlist = Schema.object([
    .field("version", .integer("To be given as since the next time; it only grows.", from: 1)),
    .field(
      "entries",
      .list(
        of: .object([
          .field("tag", .tag), .field("state", .choice(["usable", "blocked", "unsettled"], "What it is now.")),
          .field("since", .instant("Since when.")),
        ]))),
    .field("at", .instant("When this was so.")),
  ])

  private static let auditEntry = Schema.object([
    .field("number", .integer("To be given as since the next time.", from: 1)), .field("at", .instant("When.")),
    .field("what", .text("What was done.")), .field("device", Schema.uuid("By which device.").orNull),
    .field("operator_card", Schema.tag.orNull),
    .field("detail", .map(of: .anything("Anything."), "What belongs to it.")),
  ])

  static let kiosks: [Operation] = [
    .get(
      "/v1/cards/{tag}/", "kioskCard", .place, "Read a card with all that a debit's decision needs",
      [.path("tag", .tag)],
      answers: [.answer(200, "The card.", kioskCard)], refusals: [.refusal(404, "The card is unknown.")]),
    .get(
      "/v1/hotlist/", "hotlist", .place, "The cards that may not pay",
      [
        .query("since", .integer("The version that is known; 0 for the whole list.", from: 0)),
        .query("wait", .integer("How many seconds to wait for a change, at most 30.", from: 0)),
      ], answers: [.answer(200, "What changed since; usable: it is listed no longer.", hotlist)],
      refusals: [.refusal(400, "since or wait is no whole number.")]),
    .get(
      "/v1/policy/", "policy", .place, "What the place allows its kiosks",
      answers: [.answer(200, "The policy.", policy)]),
    .get(
      "/v1/audit/", "audit", .place, "What was done at the place",
      [.query("since", .integer("The number of the last entry that is known.", from: 0))],
      answers: [.answer(200, "At most 1000 entries, oldest first.", .list(of: auditEntry))],
      refusals: [.refusal(400, "since is no whole number.")]),
    .get(
      "/v1/devices/", "devices", .place, "The place's kiosks and tills",
      answers: [.answer(200, "The revoked ones too.", .list(of: device))]),
    .post(
      "/v1/devices/", "enrol", .open, "Enrol a kiosk with a single-use code",
      detail: """
        `Signature` is by public_key over the body. The same code with the same key gives, while the code lives, the same \
        device a fresh API key: the first answer may have been lost.
        """,
      body: .object([
        .field("code", .text("The code.", atMost: 2000)),
        .optional("name", Schema.text("Its name.", atMost: 100).orNull),
        .field("public_key", .text("An RSA key of 2048 bits or more, in PEM.", atMost: 10_000)),
      ]),
      answers: [
        .answer(
          201, "It is enrolled.",
          .object([
            .field("device", .uuid("The device.")), .field("api_key", .text("Its API key.")),
            .field("place", .uuid("The place.")), .field("place_name", .text("Its name.")),
            .field("wallet", .uuid("Its wallet.")),
          ]))
      ], refusals: [.refusal(403, "The code is unknown, used or expired, or the signature wrong.")]),
    .post(
      "/v1/devices/codes/", "enrolmentCode", .place, "A single-use code for a further kiosk",
      body: .object([.field("name", .text("What it is to be called.", atMost: 100))]),
      answers: [
        .answer(
          201, "It is kept nowhere; show it now.",
          .object([.field("code", .text("For tapctl pair.")), .field("expires_at", .instant("15 minutes from now."))]))
      ]),
    .post(
      "/v1/devices/{id}/revoke/", "revokeDevice", .place, "Revoke a kiosk's or till's key",
      [.path("id", .uuid("The device."))], body: .object([]), answers: [.answer(200, "It opens nothing now.", device)]),
    .post(
      "/v1/primary-cards/{tag}/", "changeOperatorCard", .place, "Lock an operator's card, or say when it ends",
      [.path("tag", .tag)],
      body: .object([
        .optional("locked", Schema.flag("Whether it rests.").orNull),
        .optional("until", Schema.instant("When it ends; null: never.").orNull),
      ]),
      answers: [
        .answer(
          200, "As it is now.",
          .object([
            .field("tag", .tag), .field("locked", .flag("Whether it rests.")),
            .field("until", Schema.instant("When it ends.").orNull),
          ]))
      ]),
  ]
}
