/// The calls about transactions.
extension Operation {
  private static let amountRefusals: [Reply] = [
    .refusal(402, "There is not enough money (in the native form)."),
    .refusal(400, "A field is wrong, or a rule of money says no: `insufficient_funds`, `asset_not_accepted`."),
  ]

  private static let forWallet: [Schema.Property] = [
    .field("amount", .amount()), .field("sender", .uuid("The wallet that gives.")),
    .field("receiver", .uuid("The wallet that receives.")),
    .optional("comment", Schema.comment.orNull), .optional("metadata", .metadata),
  ]

  static let transactions: [Operation] = [
    .post(
      "/transaction/", "postTransaction", .place, "Refill, sale, membership or badge by a till", [.idempotencyKey],
      detail: """
        The action is inferred: from the place's wallet it is a refill (both cards are needed), or by the asset's category \
        a membership or a badge; to the place's wallet it is a sale. The same signed request again gets the first answer.
        """,
      body: .object([
        .field("amount", .amount()), .field("sender", .uuid("The wallet that gives.")),
        .field("receiver", .uuid("The wallet that receives.")), .field("asset", .uuid("What is given.")),
        .optional("user_card_firstTagId", Schema.tag.orNull),
        .optional("user_card_uuid", Schema.uuid("The user's card, instead of its tag.").orNull),
        .optional("primary_card_fisrtTagId", Schema.tag.orNull), .optional("comment", Schema.comment.orNull),
        .optional("metadata", .metadata),
        .optional("subscription_start_datetime", Schema.instant("When a membership begins.").orNull),
        .optional("action", Schema.text("Ignored unless it is FUS or a Stripe refill.").orNull),
      ]),
      answers: [.answer(201, "The transaction, with the card as it is afterwards.", .named("Tx"))],
      refusals: amountRefusals),
    .post(
      "/transaction/create_membership/", "createMembership", .keyAndWallet, "Sell a membership online",
      [.idempotencyKey],
      body: .object(
        forWallet + [
          .field("asset", .uuid("An asset of category SUB.")),
          .optional("subscription_start_datetime", Schema.instant("When it begins.").orNull),
        ]), answers: [.answer(201, "The transaction.", .named("Tx"))], refusals: amountRefusals),
    .post(
      "/transaction/qrcodescanpay/", "payByQRCode", .keyAndWallet, "Pay a place by its QR code", [.idempotencyKey],
      detail: "Taken from what the place accepts: its own money, the federated, then other places'; all or nothing.",
      body: .object(forWallet + [.field("asset_type", .choice(["EURO", "GIFT"], "Money or gifts."))]),
      answers: [.answer(201, "The transactions, one an asset.", .list(of: .named("Tx")))], refusals: amountRefusals),
    .post(
      "/transaction/refill_from_lespass_to_user_wallet/", "refillOnline", .keyAndWallet,
      "Refill a wallet that was paid for online", [.idempotencyKey],
      body: .object(forWallet + [.field("asset", .uuid("An asset that the place issues."))]),
      answers: [.answer(201, "The transaction.", .named("Tx"))], refusals: amountRefusals),
    .get(
      "/transaction/", "placeTransactions", .place, "The place's own transactions, the newest first",
      answers: [.answer(200, "At most 500.", .list(of: .named("Tx")))]),
    .post(
      "/transaction/list_by_asset/", "transactionsOfAsset", .keyAndWallet, "The transactions of an asset",
      body: .object([
        .field("asset_uuid", .uuid("An asset that the place accepts.")),
        .field("start_date", .instant("From when.")), .field("end_date", .instant("Until when.")),
      ]),
      answers: [.answer(200, "At most 10,000.", .list(of: .named("TxSimple")))],
      refusals: [.refusal(404, "The place does not accept such an asset.")]),
    .get(
      "/transaction/paginated_list_by_wallet_signature/", "ownTransactions", .wallet,
      "One's own transactions, newest first",
      [
        .query("page", .integer("From 1.", from: 1)),
        .query("page_size", .integer("At most 100; 20 when it is missing.", from: 1)),
      ],
      answers: [
        .answer(
          200, "A page.",
          .object([
            .field("count", .integer("How many there are.", from: 0)), .field("next", .text("The next page.").orNull),
            .field("previous", .text("The page before.").orNull), .field("results", .list(of: .named("Tx"))),
          ]))
      ], refusals: [.refusal(400, "The page's size is no number."), .refusal(404, "There is no such page.")]),
    .get(
      "/transaction/{id}/", "transaction", .open, "A transaction", [.path("id", .uuid("The transaction."))],
      detail: "For anyone who knows its uuid: neither card nor balance is shown.",
      answers: [.answer(200, "The transaction.", .named("Tx"))]),
    .get(
      "/transaction/{id}/get_from_hash/", "transactionByHash", .place, "A transaction by its hash",
      [.path("id", .text("The hash.", pattern: "^[0-9a-f]{64}$"))],
      answers: [.answer(200, "The transaction.", .named("Tx"))]),
  ]
}
