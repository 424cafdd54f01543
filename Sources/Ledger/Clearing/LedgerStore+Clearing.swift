import GRDB

/// The clearings: what was proposed, which never changes, what each place said of it, and the transactions that settled it.
extension LedgerStore {
  static func registerClearing(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 clearings between places", migrate: clearing)
  }

  private static func clearing(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE clearings (
          number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
          federation TEXT NOT NULL REFERENCES federations(uuid), from_at INTEGER, to_at INTEGER NOT NULL,
          sequence INTEGER NOT NULL, netting TEXT NOT NULL CHECK (netting IN ('bilateral', 'multilateral')),
          means TEXT NOT NULL CHECK (means IN ('primary', 'bank')), created_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL CHECK (expires_at > created_at)) STRICT;
        CREATE TABLE clearing_parts (
          clearing TEXT NOT NULL REFERENCES clearings(id), part INTEGER NOT NULL, settled_at INTEGER,
          PRIMARY KEY (clearing, part)) STRICT, WITHOUT ROWID;
        CREATE TABLE clearing_parties (
          clearing TEXT NOT NULL, part INTEGER NOT NULL, place TEXT NOT NULL REFERENCES places(uuid),
          net INTEGER NOT NULL, agreed_at INTEGER, declined_at INTEGER, reason TEXT,
          PRIMARY KEY (clearing, part, place),
          FOREIGN KEY (clearing, part) REFERENCES clearing_parts(clearing, part)) STRICT, WITHOUT ROWID;
        CREATE INDEX clearing_parties_place ON clearing_parties(place);
        CREATE TABLE clearing_claims (
          clearing TEXT NOT NULL, part INTEGER NOT NULL, number INTEGER NOT NULL, holder TEXT NOT NULL,
          issuer TEXT NOT NULL, asset TEXT NOT NULL REFERENCES assets(uuid), amount INTEGER NOT NULL CHECK (amount > 0),
          posted INTEGER UNIQUE REFERENCES transactions(sequence), PRIMARY KEY (clearing, part, number),
          FOREIGN KEY (clearing, part) REFERENCES clearing_parts(clearing, part)) STRICT;
        CREATE INDEX clearing_claims_holder ON clearing_claims(holder, asset) WHERE posted IS NULL;
        CREATE TABLE clearing_payments (
          clearing TEXT NOT NULL, part INTEGER NOT NULL, number INTEGER NOT NULL, debtor TEXT NOT NULL,
          creditor TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), reference TEXT, paid_on TEXT,
          declared_at INTEGER, confirmed_at INTEGER, posted INTEGER UNIQUE REFERENCES transactions(sequence),
          PRIMARY KEY (clearing, part, number),
          FOREIGN KEY (clearing, part) REFERENCES clearing_parts(clearing, part)) STRICT;
        CREATE TRIGGER clearings_are_final BEFORE UPDATE ON clearings
          BEGIN SELECT RAISE(ABORT, 'what was proposed never changes; propose anew'); END;
        CREATE TRIGGER clearing_claims_are_final
          BEFORE UPDATE OF clearing, part, number, holder, issuer, asset, amount ON clearing_claims
          BEGIN SELECT RAISE(ABORT, 'what was proposed never changes; propose anew'); END;
        CREATE TRIGGER clearing_payments_are_final
          BEFORE UPDATE OF clearing, part, number, debtor, creditor, amount ON clearing_payments
          BEGIN SELECT RAISE(ABORT, 'what was proposed never changes; propose anew'); END;
        CREATE TRIGGER settled_parts_stay BEFORE UPDATE ON clearing_parts WHEN old.settled_at IS NOT NULL
          BEGIN SELECT RAISE(ABORT, 'a settlement is never undone'); END;
        """)
  }
}
