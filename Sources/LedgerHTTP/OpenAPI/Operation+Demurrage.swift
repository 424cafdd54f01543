/// The native call of holders about what melts of their money.
extension Operation {
  /// What melts next of a balance.
  static let nextMelting = Schema.object(
    [
      .field("amount", .integer("How much melts then if nothing moves, in minor units.", from: 1)),
      .field("at", .instant("When: the end of the period.")),
    ], "What melts next of money that melts; null: nothing does."
  ).orNull

  private static let meltingTerms = Schema.object(
    [
      .field("id", .uuid("Which each posting under them names.")), .field("from", .instant("From when they hold.")),
      .field("rate_ppm", .integer("How much melts in a period, in parts per million.", from: 0)),
      .field("period", .choice(["day", "week", "month", "year"], "By the local calendar.")),
      .field("grace_days", .integer("How many days before a period money must have arrived to melt in it.", from: 0)),
      .field("floor", .integer("What each wallet keeps, in minor units.", from: 0)),
      .field("receiver", .uuid("The wallet that receives what melts.")),
      .field("exempt_kinds", .list(of: .choice(["place", "person", "card", "server"], "A kind of wallet."))),
      .field("exempt_wallets", .list(of: .uuid("A wallet that does not melt."))),
      .field("time_zone", .text("Whose calendar counts.")),
    ], "Under which the period runs; null: none does."
  ).orNull

  static let demurrage: [Operation] = [
    .get(
      "/v1/wallet/demurrage/", "demurrageOfWallet", .wallet, "What melts of the signer's money",
      answers: [
        .answer(
          200, "Each balance of money that melts.",
          .object([
            .field("wallet", .uuid("The signer's.")), .field("at", .instant("When this was so.")),
            .field(
              "assets",
              .list(
                of: .object([
                  .field("asset", .uuid("The asset.")), .field("asset_name", .text("Its name.")),
                  .field("balance", .integer("Minor units, without what is due.", from: 0)),
                  .field("due", .integer("What has melted and is not posted yet.", from: 0)),
                  .field("melted", .integer("What ever melted, with what is due.", from: 0)),
                  .field("melts_next", nextMelting), .field("terms", meltingTerms),
                ]))),
          ]))
      ])
  ]
}
