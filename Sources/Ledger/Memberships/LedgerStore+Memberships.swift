import GRDB

/// The terms of memberships, which only grow; what each payment made; and what became of each renewal.
extension LedgerStore {
  static func registerMemberships(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 memberships and their renewals", migrate: memberships)
  }

  /// That a period is renewed only once is a rule of the schema (`UNIQUE`).
  private static func memberships(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE membership_terms (
          number INTEGER PRIMARY KEY AUTOINCREMENT, asset TEXT NOT NULL REFERENCES assets(uuid),
          from_at INTEGER NOT NULL, period TEXT NOT NULL CHECK (period IN ('YEA', 'CIV', 'MON', 'WEK', 'DAY', 'HOR')),
          price_asset TEXT REFERENCES assets(uuid), price INTEGER NOT NULL CHECK (price >= 0),
          grace INTEGER NOT NULL CHECK (grace >= 0), time_zone TEXT NOT NULL) STRICT;
        CREATE TRIGGER membership_terms_are_final BEFORE UPDATE ON membership_terms
          BEGIN SELECT RAISE(ABORT, 'terms of a membership never change; later ones take their place'); END;
        CREATE TRIGGER membership_terms_stay BEFORE DELETE ON membership_terms
          BEGIN SELECT RAISE(ABORT, 'terms of a membership are never deleted'); END;
        CREATE TABLE memberships (
          sequence INTEGER PRIMARY KEY REFERENCES transactions(sequence), wallet TEXT NOT NULL, asset TEXT NOT NULL,
          first_at INTEGER NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER CHECK (end_at > start_at)) STRICT;
        CREATE INDEX memberships_wallet ON memberships(wallet, asset);
        CREATE INDEX memberships_end ON memberships(end_at);
        INSERT INTO memberships (sequence, wallet, asset, first_at, start_at)
          SELECT sequence, receiver, asset, coalesce(subscription_start, datetime), coalesce(subscription_start, datetime)
          FROM transactions WHERE action = 'SUB';
        CREATE INDEX fusions_joined ON fusions(joined);
        CREATE TABLE renewals (
          number INTEGER PRIMARY KEY AUTOINCREMENT, wallet TEXT NOT NULL REFERENCES wallets(uuid),
          asset TEXT NOT NULL REFERENCES assets(uuid), start_at INTEGER NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('posted', 'failing', 'lapsed')), code TEXT, tries INTEGER NOT NULL,
          tried_at INTEGER NOT NULL, amount INTEGER, delegation TEXT, payment TEXT UNIQUE REFERENCES transactions(uuid),
          membership TEXT UNIQUE REFERENCES transactions(uuid), UNIQUE (wallet, asset, start_at)) STRICT;
        CREATE INDEX renewals_asset ON renewals(asset, number);
        CREATE TRIGGER posted_renewals_are_final BEFORE UPDATE ON renewals WHEN old.state <> 'failing'
          BEGIN SELECT RAISE(ABORT, 'a renewal that was posted or given up never changes'); END;
        CREATE TRIGGER renewals_stay BEFORE DELETE ON renewals
          BEGIN SELECT RAISE(ABORT, 'a renewal is never deleted'); END;
        """)
  }
}
