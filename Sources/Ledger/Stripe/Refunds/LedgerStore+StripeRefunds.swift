import GRDB

/// What Stripe was asked to give back, payment by payment.
extension LedgerStore {
  /// Once it ended it never changes; that a payment is asked for once in a refund is a rule of the schema.
  static func registerStripeRefunds(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("10 refunds by Stripe") { db in
      try db.execute(
        sql: """
          CREATE TABLE stripe_refunds (
            id TEXT PRIMARY KEY, reservation TEXT NOT NULL REFERENCES reservations(id),
            payment_intent TEXT NOT NULL REFERENCES stripe_payments(payment_intent),
            amount INTEGER NOT NULL CHECK (amount > 0),
            state TEXT NOT NULL CHECK (state IN ('asked', 'done', 'refused')), refund TEXT UNIQUE, reason TEXT,
            asked_at INTEGER NOT NULL, ended_at INTEGER, CHECK ((state = 'done') = (refund IS NOT NULL)),
            CHECK ((state = 'asked') = (ended_at IS NULL)), UNIQUE (reservation, payment_intent)) STRICT;
          CREATE INDEX stripe_refunds_payment ON stripe_refunds(payment_intent);
          CREATE TRIGGER stripe_refunds_end_once BEFORE UPDATE ON stripe_refunds WHEN old.state <> 'asked'
            BEGIN SELECT RAISE(ABORT, 'a refund ends once'); END;
          CREATE TRIGGER stripe_refunds_stay BEFORE DELETE ON stripe_refunds
            BEGIN SELECT RAISE(ABORT, 'a refund is never deleted'); END;
          """)
    }
  }
}
