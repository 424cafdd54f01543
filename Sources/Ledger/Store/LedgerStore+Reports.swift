import GRDB

/// What refunds and reports need of the ledger's own tables; the totals themselves are in a file of their own.
extension LedgerStore {
  static func registerReports(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("6 what a place pays back, and its cards' events") { db in
      try db.execute(
        sql: """
          ALTER TABLE place_policies ADD COLUMN refund TEXT NOT NULL DEFAULT 'TLF';
          CREATE INDEX audit_trail_cards ON audit_trail(place, at) WHERE \(Books.isCardEvent);
          """)
    }
  }
}

extension Books {
  /// Which entries of the audit trail a report counts: an index holds these alone, so refills do not pay for it.
  static let isCardEvent = "what IN ('lost', 'card_lost', 'card_reassigned', 'card_unblocked')"
}
