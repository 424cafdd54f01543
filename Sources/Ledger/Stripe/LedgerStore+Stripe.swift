import GRDB

/// What Stripe was asked for, what it took, and what it told.
extension LedgerStore {
  static func registerStripe(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("9 payments by Stripe", migrate: stripe)
  }

  /// A payment is what it is: once credited it never changes and never goes. What Stripe says of it later is a finding.
  ///
  /// Nothing here says anything about a card or its holder's bank.
  private static func stripe(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE stripe_checkouts (
          id TEXT PRIMARY KEY, wallet TEXT NOT NULL REFERENCES wallets(uuid), place TEXT REFERENCES places(uuid),
          amount INTEGER CHECK (amount > 0), return_url TEXT NOT NULL, signed_data TEXT, session TEXT UNIQUE, url TEXT,
          state TEXT NOT NULL CHECK (state IN ('created', 'open', 'paid', 'expired')),
          created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
        CREATE INDEX stripe_checkouts_open ON stripe_checkouts(created_at) WHERE state IN ('created', 'open');
        CREATE TABLE stripe_payments (
          payment_intent TEXT PRIMARY KEY, session TEXT UNIQUE, checkout TEXT NOT NULL REFERENCES stripe_checkouts(id),
          wallet TEXT NOT NULL REFERENCES wallets(uuid), amount INTEGER NOT NULL CHECK (amount > 0),
          creation TEXT NOT NULL UNIQUE REFERENCES transactions(uuid),
          transaction_uuid TEXT NOT NULL UNIQUE REFERENCES transactions(uuid),
          paid_at INTEGER NOT NULL, credited_at INTEGER NOT NULL) STRICT;
        CREATE INDEX stripe_payments_wallet ON stripe_payments(wallet, credited_at);
        CREATE INDEX stripe_payments_checkout ON stripe_payments(checkout);
        CREATE TRIGGER stripe_payments_are_final BEFORE UPDATE ON stripe_payments
          BEGIN SELECT RAISE(ABORT, 'a credited payment never changes'); END;
        CREATE TRIGGER stripe_payments_stay BEFORE DELETE ON stripe_payments
          BEGIN SELECT RAISE(ABORT, 'a credited payment is never deleted'); END;
        CREATE TABLE stripe_findings (
          kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund', 'dispute')), object TEXT NOT NULL,
          payment_intent TEXT, amount INTEGER NOT NULL, status TEXT NOT NULL, undone INTEGER NOT NULL, reason TEXT NOT NULL,
          happened_at INTEGER NOT NULL, told_at INTEGER NOT NULL, found_at INTEGER NOT NULL,
          settled_at INTEGER, settlement TEXT, PRIMARY KEY (kind, object)) STRICT, WITHOUT ROWID;
        CREATE TABLE stripe_events (
          id TEXT PRIMARY KEY, type TEXT NOT NULL, body TEXT NOT NULL, received_at INTEGER NOT NULL,
          attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER, processed_at INTEGER, outcome TEXT, error TEXT) STRICT;
        CREATE INDEX stripe_events_waiting ON stripe_events(next_at) WHERE processed_at IS NULL;
        CREATE TABLE stripe_accounts (
          place TEXT PRIMARY KEY REFERENCES places(uuid), account TEXT UNIQUE, kind TEXT NOT NULL, country TEXT NOT NULL,
          details_submitted INTEGER NOT NULL DEFAULT 0, charges_enabled INTEGER NOT NULL DEFAULT 0,
          payouts_enabled INTEGER NOT NULL DEFAULT 0, transfers_active INTEGER NOT NULL DEFAULT 0,
          currently_due TEXT NOT NULL DEFAULT '[]', disabled_reason TEXT, told_at INTEGER NOT NULL DEFAULT 0,
          told_by TEXT NOT NULL DEFAULT '', request TEXT NOT NULL, created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """)
  }
}
