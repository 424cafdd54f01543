/// The native calls of owners: who may debit their wallet.
extension Operation {
  private static func limit(_ what: String) -> Schema {
    Schema.integer("The most \(what), in minor units; null: no limit.", from: 1).orNull
  }

  private static let grantee = Schema.object(
    [
      .optional("place", .uuid("One place.")), .optional("federation", .uuid("Every place of a federation.")),
      .optional("all", .flag("Every place that accepts the money.")),
    ], "Who may debit: one of the three.")

  private static let terms: [Schema.Property] = [
    .field("grantee", grantee),
    .optional("assets", Schema.list(of: .uuid("An asset."), "What may be debited; null: all.", atMost: 100).orNull),
    .optional("purpose", Schema.choice(["tap", "subscription", "demurrage"], "What for.")),
    .optional("per_tap", limit("in one debit")), .optional("per_day", limit("in a local day")),
    .optional("total", limit("ever")), .optional("from", Schema.instant("From when.").orNull),
    .optional("until", Schema.instant("Until when.").orNull),
    .optional("time_zone", Schema.text("Whose days are counted, like Europe/Paris.", atMost: 64)),
  ]

  /// The component `Delegation`.
  static let delegation = Schema.object(
    terms + [
      .field("id", .uuid("The delegation.")),
      .field(
        "source", .choice(["issue", "link", "owner"], "By the card's issue, its linking, or the owner's signature.")),
      .field("used_today", .integer("Minor units in the present local day.", from: 0)),
      .field("used_total", .integer("Minor units ever.", from: 0)),
      .field("day_ends_at", .instant("When the present local day ends.")),
      .optional("created_at", .instant("When it was granted.")),
      .optional("revoked_at", Schema.instant("When it was revoked.").orNull),
      .optional("revoked_by", Schema.text("Whose signature revoked it.").orNull),
    ], "The authority to debit a wallet without its owner's signature at each debit.")

  static let delegations: [Operation] = [
    .get(
      "/v1/delegations/", "delegations", .wallet, "What the signer granted",
      answers: [.answer(200, "The revoked ones too, oldest first.", .list(of: .named("Delegation")))]),
    .post(
      "/v1/delegations/", "grantDelegation", .wallet, "Let someone debit the signer's wallet", [.idempotencyKey],
      body: .object(terms), answers: [.answer(201, "It is granted.", .named("Delegation"))],
      refusals: [.refusal(404, "No such place, federation or asset.")]),
    .post(
      "/v1/delegations/{id}/revoke/", "revokeDelegation", .wallet, "Take a delegation back",
      [.path("id", .uuid("The delegation.")), .idempotencyKey], body: .object([]),
      answers: [.answer(200, "It counts no longer.", .named("Delegation"))]),
  ]
}
