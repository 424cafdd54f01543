/// The calls about wallets.
extension Operation {
  private static func link(_ path: String, _ id: String, _ summary: String, _ card: Schema.Property) -> Operation {
    .post(
      "/wallet/\(path)/", id, .wallet, summary, [.idempotencyKey],
      detail: "What lay in the card's own wallet goes to the person's, all at once. Only into the signer's own wallet.",
      body: .object([.field("wallet", .uuid("The signer's wallet.")), card]),
      answers: [.answer(200, "The card.", .named("Card"))],
      refusals: [.refusal(409, "The wallet has a card and money already.")])
  }

  static let wallets: [Operation] = [
    .get(
      "/wallet/{uuid}/", "wallet", .place, "A wallet as the place may see it", [.path("uuid", .uuid("The wallet."))],
      answers: [.answer(200, "The wallet with the balances that the place accepts.", .named("Wallet"))]),
    .get(
      "/wallet/retrieve_by_signature/", "ownWallet", .wallet, "One's own wallet",
      answers: [.answer(200, "The wallet with all its balances.", .named("Wallet"))]),
    .post(
      "/wallet/get_or_create/", "getOrCreateWallet", .key, "The wallet of a person, made when there is none",
      detail: "Signed (header `Signature`, over the body) by the key that is sent.",
      body: .object([
        .field("email", .text("The person's address.", atMost: 254)),
        .field("public_pem", .text("Their RSA key, PEM, at least 2048 bits.", atMost: 10_000)),
      ]),
      answers: [
        .answer(200, "It was known, with this key.", .uuid("The wallet.")),
        .answer(201, "It is new.", .uuid("The wallet.")),
      ]),
    link(
      "linkwallet_cardqrcode", "linkCardByQRCode", "Make a card one's own, by its QR code",
      .field("card_qrcode_uuid", .uuid("The uuid in the QR code."))),
    link(
      "linkwallet_card_number", "linkCardByNumber", "Make a card one's own, by its printed number",
      .field("card_number", .text("The number printed on it.", atMost: 8))),
    .post(
      "/wallet/local_asset_bank_deposit/", "depositInBank", .keyAndWallet,
      "The issuer paid a place in euros for what it holds; that is burnt", [.idempotencyKey],
      body: .object([
        .field("wallet_to_deposit", .uuid("The place's wallet.")),
        .field("asset", .uuid("Local money that the caller issues.")),
      ]),
      answers: [
        .answer(201, "The transaction.", .named("Tx")), .answer(208, "Nothing to pay out.", .text("A sentence.")),
      ]),
    .get(
      "/wallet/{uuid}/badge/", "badgeWallet", .keyAndWallet, "Badge without a card",
      [.path("uuid", .uuid("An asset of category BDG."))], answers: [.answer(201, "The transaction.", .named("Tx"))]),
  ]

  private static let noStripe = Reply.refusal(417, "The server has no Stripe key.")

  private static let stripeAccount = Schema.object([
    .field("place", .uuid("The place.")), .field("account", Schema.text("Stripe's name for it.").orNull),
    .field("kind", .choice(["express", "standard"], "Who looks after it.")),
    .field("country", .text("Two letters.")),
    .field("state", .choice(["asked", "onboarding", "pending", "restricted", "active"], "How far it is.")),
    .field("details_submitted", .flag("Whether the place told Stripe who it is.")),
    .field("charges_enabled", .flag("Whether it can take payments.")),
    .field("payouts_enabled", .flag("Whether Stripe pays its bank.")),
    .field("transfers_active", .flag("Whether it can be paid out.")),
    .field("currently_due", .list(of: .text("What Stripe wants to know."))),
    .field("disabled_reason", Schema.text("Why Stripe shut it.").orNull),
  ])

  static let stripe: [Operation] = [
    .post(
      "/v1/stripe/account/", "connectStripe", .place, "A link under which the place tells Stripe who it is",
      detail: "The place's account at Stripe is made when it has none. The link is good once and for minutes.",
      body: .object([.optional("return_url", Schema.text("Where Stripe sends the place back to; https.").orNull)]),
      answers: [
        .answer(
          200, "The account and the link.",
          .object([
            .field("account", stripeAccount), .field("url", .text("Stripe's page.")),
            .field("expires_at", .integer("Seconds since 1970.", from: 0)),
          ]))
      ], refusals: [noStripe, .refusal(503, "Stripe does not answer.")]),
    .get(
      "/v1/stripe/account/", "stripeAccount", .place, "What Stripe knows of the place",
      answers: [.answer(200, "The account.", stripeAccount)],
      refusals: [noStripe, .refusal(404, "The place has none."), .refusal(503, "Stripe does not answer.")]),
    .post(
      "/wallet/get_federated_token_refill_checkout/", "beginCheckout", .keyAndWallet, "Begin a refill by Stripe",
      body: .object([
        .optional("lespass_signed_data", .anything("Signed by the ticketing server.")),
        .optional(
          "start_return_url",
          Schema.text("Where Stripe sends the person back to, with the checkout after it; https.", atMost: 1500).orNull),
        .optional("amount", Schema.integer("Cents; without it the payer chooses on the page.", from: 0).orNull),
      ]), answers: [.answer(202, "Where to pay.", .text("The address of Stripe's page."))],
      refusals: [noStripe, .refusal(409, "This refill is over."), .refusal(503, "Stripe does not answer.")]),
    .get(
      "/wallet/refund_fed_by_signature/", "refundFederated", .wallet, "Federated money back to where it came from",
      answers: [
        .answer(200, "There is none to give back.", .named("Wallet")),
        .answer(202, "It is given back.", .named("Wallet")),
      ],
      refusals: [
        .refusal(402, "Stripe refused."), .refusal(404, "No payment to give back was found."),
        .refusal(406, "The payments do not cover it."), .refusal(409, "It is being given back already."), noStripe,
      ]),
    .post(
      "/wallet/global_asset_bank_stripe_deposit/", "depositByStripe", .keyAndWallet,
      "Stripe paid a place out: its federated money is burnt",
      detail:
        "The event only says which transfer; Stripe is asked for it. Each transfer to the place's account burns once.",
      body: .object([.field("payload", .object([]))]),
      answers: [
        .answer(201, "The transaction.", .named("Tx")), .answer(208, "It was done.", .text("A sentence.")),
      ],
      refusals: [
        .refusal(402, "The place holds less."), .refusal(403, "It went to another's account."),
        .refusal(404, "Stripe knows no such transfer."), noStripe, .refusal(503, "Stripe does not answer."),
      ]),
    .get(
      "/wallet/{uuid}/retrieve_from_refill_checkout/", "endCheckout", .keyAndWallet,
      "What became of a refill by Stripe",
      [.path("uuid", .text("The checkout."))], answers: [.answer(200, "The wallet, refilled.", .named("Wallet"))],
      refusals: [.refusal(402, "It is not paid.", .text("A sentence.")), .refusal(503, "Stripe does not answer.")]),
    .post(
      "/webhook_stripe/", "stripeEvent", .open, "An event from Stripe",
      detail:
        "Proved by Stripe's own signature. Each has its effect once, in whatever order and however often they come.",
      body: .anything("Stripe's event."),
      answers: [
        .answer(200, "It is done, or written down and will be.", .text("A word.")),
        .answer(203, "It is about another's payment.", .text("A sentence.")),
        .answer(204, "Its kind says nothing here.", .anything("Nothing.")),
        .answer(208, "It was done before.", .text("A sentence.")),
      ],
      refusals: [.refusal(403, "Not signed by Stripe.")]),
  ]
}
