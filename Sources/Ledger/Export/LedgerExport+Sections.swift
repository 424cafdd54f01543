import FedowProtocol
import Model

extension LedgerExport {
  /// A part of the export, with what of the store it gives.
  struct Section: Sendable {
    /// The columns that it gives, by table.
    let gives: [String: [String]]
    let give: @Sendable (Books, (JSON) throws -> Void) throws -> Void

    init(
      _ gives: [String: [String]], give: @Sendable @escaping (Books, (JSON) throws -> Void) throws -> Void
    ) {
      self.gives = gives
      self.give = give
    }

    init(_ table: ExportedTable, with others: [String: [String]] = [:]) {
      let own = table.columns.compactMap(\.column)
      self.init(others.merging([table.name: own]) { $0 + $1 }) { try table.give($0, $1) }
    }
  }

  /// The first object's fields that are settings of the ledger.
  static let settings: [(name: String, setting: Books.Setting)] = [
    ("server", .serverName), ("domain", .domain), ("time_zone", .timeZone), ("stripe_price", .stripePrice),
  ]

  /// Everything but the first object, the transactions, their seals and the last object, in its order.
  static let sections: [Section] =
    [authorities] + people.map { Section($0) } + [federations, meltingTerms]
    + (cards + permissions + money + stripe).map { Section($0) }

  /// What the transactions and the seals give.
  static let chain: [String: [String]] = [
    "transactions": [
      "sequence", "uuid", "hash", "asset", "asset_sequence", "previous_uuid", "previous_hash", "action", "sender",
      "receiver", "amount", "datetime", "last_check", "card", "primary_card", "comment", "metadata", "checkout_stripe",
      "subscription_type", "subscription_first", "subscription_start", "authority", "request_wallet", "request_digest",
      "request_signature",
    ],
    "seals": [
      "number", "first", "last", "root", "authority", "authorities", "authorities_hash", "at", "previous_hash", "hash",
      "signature",
    ],
  ]

  private static let authorities = Section([
    "authorities": [
      "number", "kind", "holder", "place", "public_key", "ends", "after_sequence", "at", "reason", "request_digest",
      "previous_hash", "hash", "signature", "countersignature",
    ]
  ]) { books, give in
    for record in try books.authorities() {
      var json = record.json.object ?? JSONObject()
      json["kind"] = "authority"
      json["change"] = JSON(record.statement.kind.rawValue)
      try give(.object(json))
    }
  }

  private static let federations = Section(
    ExportedTable(
      "federations", as: "federation", by: "created_at, rowid",
      [
        "uuid", "name",
        .json(
          "places",
          from: """
            SELECT json_group_array(uuid) FROM (SELECT p.uuid AS uuid FROM federation_places f
              JOIN places p ON p.uuid = f.place WHERE f.federation = federations.uuid ORDER BY p.created_at, p.rowid)
            """),
        .json(
          "assets",
          from: """
            SELECT json_group_array(uuid) FROM (SELECT a.uuid AS uuid FROM federation_assets f
              JOIN assets a ON a.uuid = f.asset WHERE f.federation = federations.uuid ORDER BY a.rowid)
            """),
        .flagged("lets_melt", from: "uuid IN (SELECT federation FROM melting_federations)"), "created_at",
      ]),
    with: [
      "federation_places": ["federation", "place"], "federation_assets": ["federation", "asset"],
      "melting_federations": ["federation"],
    ])

  private static let meltingTerms = Section([
    "melting_terms": [
      "number", "id", "asset", "from_at", "rate", "unit", "grace_days", "floor", "receiver", "exempt_wallets",
      "exempt_kinds", "time_zone", "set_at",
    ]
  ]) { books, give in
    let made = try books.rows("SELECT id, set_at FROM melting_terms").map { (try $0.id("id"), $0.time("set_at")) }
    let setAt = Dictionary(made) { first, _ in first }
    for (asset, versions) in try books.meltingTerms().sorted(by: { $0.key < $1.key }) {
      for terms in versions {
        try give(
          [
            "kind": "melting_terms", "asset": JSON(asset.text), "number": JSON(terms.number), "terms": terms.json,
            "set_at": JSON((setAt[terms.id] ?? nil)?.wire),
          ])
      }
    }
  }
}
