import GRDB

/// What Stripe told of money that left: refunds that failed after all, and transfers that were made without the ledger.
extension LedgerStore {
  /// That a refund's money comes back once, and that a transfer burns once, are rules of the schema.
  static func registerStripeWords(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("11 refunds that failed and transfers by Stripe") { db in
      try db.execute(
        sql: """
          CREATE TABLE stripe_refund_failures (
            part TEXT PRIMARY KEY REFERENCES stripe_refunds(id), refund TEXT NOT NULL UNIQUE, reason TEXT NOT NULL,
            told_at INTEGER NOT NULL, found_at INTEGER NOT NULL,
            creation TEXT UNIQUE REFERENCES transactions(uuid),
            transaction_uuid TEXT UNIQUE REFERENCES transactions(uuid),
            CHECK ((creation IS NULL) = (transaction_uuid IS NULL))) STRICT;
          CREATE TRIGGER stripe_refund_failures_return_once BEFORE UPDATE ON stripe_refund_failures
            WHEN old.transaction_uuid IS NOT NULL OR new.part <> old.part OR new.refund <> old.refund
            BEGIN SELECT RAISE(ABORT, 'what a refund took comes back once'); END;
          CREATE TRIGGER stripe_refund_failures_stay BEFORE DELETE ON stripe_refund_failures
            BEGIN SELECT RAISE(ABORT, 'a refund that failed is never forgotten'); END;
          CREATE TABLE stripe_deposits (
            transfer TEXT PRIMARY KEY, place TEXT NOT NULL REFERENCES places(uuid),
            amount INTEGER NOT NULL CHECK (amount > 0),
            transaction_uuid TEXT NOT NULL UNIQUE REFERENCES transactions(uuid), deposited_at INTEGER NOT NULL) STRICT;
          CREATE TRIGGER stripe_deposits_are_final BEFORE UPDATE ON stripe_deposits
            BEGIN SELECT RAISE(ABORT, 'a deposit never changes'); END;
          CREATE TRIGGER stripe_deposits_stay BEFORE DELETE ON stripe_deposits
            BEGIN SELECT RAISE(ABORT, 'a deposit is never deleted'); END;
          """)
    }
  }
}
