/// Who takes part, with what cards and devices, and what they allow each other.
extension LedgerExport {
  static let people = [
    ExportedTable(
      "places", as: "place", by: "created_at, rowid",
      [
        "uuid", "name", "wallet", "dokos_id", "lespass_domain", "admin", "cashless_url", "cashless_ip",
        .flag("disabled"), "created_at",
      ]),
    ExportedTable(
      "wallets", as: "wallet",
      [
        "uuid", "name", "public_key",
        ExportedColumn("user", .plain, from: "SELECT u.uuid FROM users u WHERE u.wallet = wallets.uuid"), "created_at",
      ]),
    ExportedTable("users", as: "person", ["uuid", "wallet", "created_at"]),
    ExportedTable(
      "place_keys", as: "key",
      [
        "device", "name", "place", "purpose", "public_key", "authority", "created_at", "expires_at", "last_seen_at",
        "revoked_at",
      ]),
    ExportedTable("enrolments", as: "enrolment", ["place", "name", "device", "created_at", "expires_at"]),
    ExportedTable(
      "assets", as: "asset",
      [
        "uuid", "name", "currency_code", "category", "origin", "issuer_wallet", .flag("archived"), "created_at",
        .instant("last_update"),
      ]),
  ]

  static let cards = [
    ExportedTable(
      "cards", as: "card", by: "created_at, rowid",
      [
        "uuid", "first_tag_id", "full_uid", "origin", "generation", "wallet", "user", .flag("blocked"), "blocked_at",
        "blocked_by", "lost_from", "replaced_by", "replaces", "per_tap", "per_day", "unsettled", "created_at",
      ]),
    ExportedTable(
      "primary_cards", as: "operator_card", by: "place, card",
      ["place", "card", .instant("until"), .flag("locked")]),
    ExportedTable("card_offers", as: "card_offer", by: "card", ["card", "user", "created_at"]),
    ExportedTable("card_days", as: "card_day", by: "card, day", ["card", "day", "used"]),
    ExportedTable(
      "reassignments", as: "reassignment",
      [
        "number", "owner", "id", "old_card", "new_card", "wallet", "old_wallet", "old_user", .flag("old_blocked"),
        "old_blocked_at", "old_blocked_by", "old_lost_from", "new_wallet", .words("links", between: " "),
        "after_sequence", "created_at", "undone_at",
      ]),
    ExportedTable(
      "card_sightings", as: "sighting",
      ["number", "card", "origin", "place", "device", "reader", .instant("at")]),
  ]

  static let permissions = [
    ExportedTable(
      "place_policies", as: "policy", by: "place",
      [
        "place", .flag("offline"), "offline_per_card", "offline_per_device", "offline_longest", "hotlist_longest",
        "void_window", "time_zone", .words("spend_order", between: ","), .words("refund", between: ","),
      ]),
    ExportedTable("acceptance_policies", as: "acceptance_policy", by: "place", ["place", .flag("takes_unnamed")]),
    ExportedTable(
      "acceptances", as: "acceptance", by: "place, asset", ["place", "asset", .flag("is_accepted"), "ceiling"]),
    ExportedTable(
      "delegations", as: "delegation",
      [
        "id", "wallet", "source", "grantee_kind", "grantee", .words("assets", between: " "), "purpose", "per_tap",
        "per_day", "total", "from_at", "until_at", "time_zone", "granted_by", "created_at", "revoked_at", "revoked_by",
      ]),
    ExportedTable("delegation_days", as: "delegation_day", by: "delegation, day", ["delegation", "day", "used"]),
    ExportedTable("delegation_totals", as: "delegation_total", by: "delegation", ["delegation", "used"]),
    ExportedTable(
      "delegation_terms", as: "delegation_terms", by: "federation",
      ["federation", "per_tap", "per_day", "total", "time_zone"]),
    ExportedTable(
      "audit_trail", as: "audit",
      [
        "number", "place", .instant("at"), "what", "device", "operator_card",
        // The number on a card opens it.
        .json("detail", from: "json_remove(detail, '$.number_printed')", giving: "detail"),
      ]),
  ]
}
