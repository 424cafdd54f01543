/// The calls about assets.
extension Operation {
  private static func new(_ categories: [String]) -> Schema {
    .object([
      .optional("uuid", Schema.uuid("The asset; made up when it is missing.").orNull),
      .field("name", .text("Its name; no two assets have the same.", atMost: 100)),
      .field("currency_code", .text("At most three letters.", atMost: 3)),
      .field("category", .choice(categories, "Its kind.")),
      .optional("created_at", Schema.instant("The date of its first block; not in the future.").orNull),
    ])
  }

  private static let asset = Parameter.path("uuid", .uuid("The asset."))
  private static let ofPlaces = ["TLF", "TNF", "TIM", "FID", "BDG", "SUB"]
  private static let totals = Schema.text(
    "JSON in a string: `total_by_place`, minor units by the place's name, and `serialized_asset`.")

  static let assets: [Operation] = [
    .get(
      "/asset/", "assets", .place, "The assets that the place accepts",
      answers: [.answer(200, "The assets.", .list(of: .named("Asset")))]),
    .get(
      "/asset/get_accepted_assets/", "acceptedAssets", .key, "The assets that the place accepts",
      answers: [.answer(200, "The assets.", .list(of: .named("Asset")))]),
    .get(
      "/asset/{uuid}/", "asset", .place, "An asset and what is held of it", [asset],
      answers: [.answer(200, "The asset with its totals.", .named("Asset"))]),
    .post(
      "/asset/", "createAsset", .place, "Create an asset", [.idempotencyKey], body: new(ofPlaces),
      answers: [.answer(201, "The asset; its chain has its first block.", .named("Asset"))]),
    .post(
      "/asset/create_token_asset/", "createTokenAsset", .key, "Create money, gifts, time or points", [.idempotencyKey],
      body: new(["TLF", "TNF", "TIM", "FID"]), answers: [.answer(201, "The asset.", .named("Asset"))]),
    .post(
      "/asset/create_membership_asset/", "createMembershipAsset", .key, "Create a membership or a badge",
      [.idempotencyKey], body: new(["SUB", "BDG"]), answers: [.answer(201, "The asset.", .named("Asset"))]),
    .get(
      "/asset/{uuid}/retrieve_membership_asset/", "membershipAsset", .key, "An asset without its totals", [asset],
      answers: [.answer(200, "The asset.", .named("Asset"))]),
    .get(
      "/asset/{uuid}/retrieve_total_by_place/", "totalByPlace", .key, "What each place holds of an asset", [asset],
      answers: [.answer(200, "The sums.", totals)]),
    .get(
      "/asset/{uuid}/total_by_place_with_uuid/", "totalByPlaceWithUUID", .key, "What each place holds of an asset",
      [asset], answers: [.answer(200, "The sums.", totals)]),
    .get(
      "/asset/{uuid}/retrieve_bank_deposits/", "bankDeposits", .key, "What was paid out for an asset, to its issuer",
      [asset], answers: [.answer(200, "The deposits.", .list(of: .named("Tx")))]),
    .get(
      "/asset/{uuid}/archive_asset/", "archiveAsset", .key, "Retire an asset, by its issuer", [asset],
      answers: [.answer(200, "It is retired.", .text("ARCHIVED"))],
      refusals: [
        .refusal(
          403, "Not authenticated, or another place's asset.", .either([.named("RefusalText"), .named("Refusal")]))
      ]),
  ]
}
