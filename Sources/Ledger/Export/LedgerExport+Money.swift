/// Where the money is, what waits, and what was decided beside the transactions.
extension LedgerExport {
  static let money = [
    ExportedTable(
      "tokens", as: "balance", ["uuid", "wallet", "asset", "balance", "reserved", "last_transaction"]),
    ExportedTable(
      "reservations", as: "reservation",
      [
        "number", "id", "wallet", "asset", "amount", "purpose", .json("detail"), "state", "created_at",
        "after_sequence", "expires_at", "asked_at", "ended_at", "ended_after", "posted", "reason",
      ]),
    ExportedTable(
      "debits", as: "debit",
      [
        "number", "place", "id", "device", "state", "tag", "card", "wallet", "amount", "code",
        .json(
          "transactions",
          from: """
            SELECT json_group_array(json_extract(value, '$.uuid')) FROM json_each(debits.body, '$.transactions')
            """),
        .flag("is_offline"), "decided_at", "created_at", "delegation", "delegation_day", "card_day", "settlement",
        "settled_at", "void_id", "voided_at",
      ]),
    ExportedTable("reversals", as: "reversal", by: "original", ["original", "reverse"]),
    ExportedTable(
      "refill_means", as: "refill_means", ["sequence", "place", "asset", "means", "amount", .instant("at")]),
    ExportedTable(
      "melts", as: "melt",
      [
        "sequence", "wallet", "asset", "terms", .instant("period_start"), .instant("period_end"), "least", "amount",
      ]),
    ExportedTable(
      "transfers", as: "transfer",
      [
        "number", "sender", "id", "state", "receiver", "asset", "amount", "code", "posted", "day", "time_zone",
        "used_today", "used_total", "per_transfer", "per_day", "total", "created_at",
      ]),
    ExportedTable(
      "transfer_terms", as: "transfer_terms", by: "federation",
      [
        "federation", .words("categories", between: " "), "per_transfer", "per_day", "total", "time_zone",
      ]),
    ExportedTable(
      "transfer_limits", as: "transfer_limits", by: "wallet", ["wallet", "per_transfer", "per_day", "total"]),
    ExportedTable(
      "membership_terms", as: "membership_terms",
      ["number", "asset", "from_at", "period", "price_asset", "price", "grace", "time_zone"]),
    ExportedTable(
      "memberships", as: "membership", ["sequence", "wallet", "asset", "first_at", "start_at", "end_at"]),
    ExportedTable(
      "renewals", as: "renewal",
      [
        "number", "wallet", "asset", "start_at", "state", "code", "tries", "tried_at", "amount", "delegation",
        "payment", "membership",
      ]),
    ExportedTable(
      "entrances", as: "entrance",
      [
        "number", "place", "debit", "wallet", "membership", "standing", "standing_at", "badge", "posted",
        .instant("at"), "after_sequence", .flag("is_offline"),
      ]),
    ExportedTable(
      "clearings", as: "clearing",
      ["number", "id", "federation", "from_at", "to_at", "sequence", "netting", "means", "created_at", "expires_at"]),
    ExportedTable(
      "clearing_parts", as: "clearing_part", by: "clearing, part", ["clearing", "part", "settled_at"]),
    ExportedTable(
      "clearing_parties", as: "clearing_party", by: "clearing, part, place",
      ["clearing", "part", "place", "net", "agreed_at", "declined_at", "reason"]),
    ExportedTable(
      "clearing_claims", as: "clearing_claim",
      ["clearing", "part", "number", "holder", "issuer", "asset", "amount", "posted"]),
    ExportedTable(
      "clearing_payments", as: "clearing_payment",
      [
        "clearing", "part", "number", "debtor", "creditor", "amount", "reference", "paid_on", "declared_at",
        "confirmed_at", "posted",
      ]),
  ]

  static let stripe = [
    ExportedTable(
      "stripe_checkouts", as: "stripe_checkout",
      ["id", "wallet", "place", "amount", "session", "state", "created_at", "updated_at"]),
    ExportedTable(
      "stripe_payments", as: "stripe_payment",
      [
        "payment_intent", "session", "checkout", "wallet", "amount", "creation", "transaction_uuid", "paid_at",
        "credited_at",
      ]),
    ExportedTable(
      "stripe_refunds", as: "stripe_refund",
      [
        "id", "reservation", "payment_intent", "amount", "state", "refund", "reason", "asked_at", "ended_at",
      ]),
    ExportedTable(
      "stripe_refund_failures", as: "stripe_refund_failure",
      ["part", "refund", "reason", .seconds("told_at"), "found_at", "creation", "transaction_uuid"]),
    ExportedTable(
      "stripe_deposits", as: "stripe_deposit", ["transfer", "place", "amount", "transaction_uuid", "deposited_at"]),
    ExportedTable(
      "stripe_findings", as: "stripe_finding", by: "kind, object",
      [
        // Each object of the export has a `kind` of its own.
        .renamed("kind", to: "about"), "object", "payment_intent", "amount", "status", .flag("undone"),
        "reason", .seconds("happened_at"), .seconds("told_at"), "found_at", "settled_at", "settlement",
      ]),
    ExportedTable(
      "stripe_events", as: "stripe_event",
      ["id", "type", "received_at", "attempts", "next_at", "processed_at", "outcome", "error"]),
    ExportedTable(
      "stripe_accounts", as: "stripe_account", by: "place",
      [
        "place", "account", .renamed("kind", to: "account_kind"), "country", .flag("details_submitted"),
        .flag("charges_enabled"), .flag("payouts_enabled"), .flag("transfers_active"), .json("currently_due"),
        "disabled_reason", .seconds("told_at"), "told_by", "request", "created_at", "updated_at",
      ]),
  ]
}
