import GRDB

extension LedgerStore {
  /// The schema's steps, named and append-only: a step that was released never changes.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 people, places and cards", migrate: peoplePlacesAndCards)
    migrator.registerMigration("1 assets and the chain", migrate: assetsAndChain)
    migrator.registerMigration("1 replies", migrate: replies)
    migrator.registerMigration("2 tables that only grow at their end", migrate: appending)
    registerNativeTables(in: &migrator)
    registerDelegations(in: &migrator)
    migrator.registerMigration("4 hotlist that can be observed", migrate: observableHotlist)
    migrator.registerMigration("5 the life of a card", migrate: cardLife)
    registerReports(in: &migrator)
    migrator.registerMigration("7 cards that wait for their holder's word", migrate: cardOffers)
    registerMelting(in: &migrator)
    registerAcceptance(in: &migrator)
    registerAuthorities(in: &migrator)
    registerStripe(in: &migrator)
    registerReservations(in: &migrator)
    registerClearing(in: &migrator)
    registerTransfers(in: &migrator)
    registerMemberships(in: &migrator)
    registerEntrances(in: &migrator)
    registerReplyPages(in: &migrator)
    registerStripeRefunds(in: &migrator)
    registerPaymentMeans(in: &migrator)
    registerPaidOut(in: &migrator)
    registerStripeWords(in: &migrator)
    return migrator
  }

  private static func peoplePlacesAndCards(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE wallets (uuid TEXT PRIMARY KEY, public_key TEXT, name TEXT, created_at INTEGER NOT NULL) STRICT;
        CREATE TABLE users (
          uuid TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, wallet TEXT NOT NULL UNIQUE REFERENCES wallets(uuid),
          created_at INTEGER NOT NULL) STRICT;
        CREATE TABLE places (
          uuid TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, wallet TEXT NOT NULL UNIQUE REFERENCES wallets(uuid),
          dokos_id TEXT, lespass_domain TEXT, admin TEXT REFERENCES users(uuid), cashless_url TEXT, cashless_ip TEXT,
          disabled INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL) STRICT;
        CREATE TABLE place_keys (
          prefix TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, place TEXT REFERENCES places(uuid),
          purpose TEXT NOT NULL CHECK (purpose IN ('place', 'pairing', 'create_place')),
          public_key TEXT, expires_at INTEGER, created_at INTEGER NOT NULL) STRICT;
        CREATE INDEX place_keys_prefix ON place_keys(prefix);
        CREATE TABLE cards (
          uuid TEXT PRIMARY KEY, first_tag_id TEXT NOT NULL UNIQUE, full_uid TEXT UNIQUE, complete_tag_id TEXT UNIQUE,
          qrcode TEXT NOT NULL UNIQUE, number_printed TEXT NOT NULL UNIQUE,
          origin TEXT NOT NULL REFERENCES places(uuid), generation INTEGER NOT NULL,
          wallet TEXT REFERENCES wallets(uuid), user TEXT REFERENCES users(uuid),
          blocked INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL) STRICT;
        CREATE INDEX cards_wallet ON cards(wallet);
        CREATE TABLE primary_cards (
          place TEXT NOT NULL REFERENCES places(uuid), card TEXT NOT NULL REFERENCES cards(uuid),
          PRIMARY KEY (place, card)) STRICT, WITHOUT ROWID;
        """)
  }

  private static func assetsAndChain(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE assets (
          uuid TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, currency_code TEXT NOT NULL, category TEXT NOT NULL,
          origin TEXT REFERENCES places(uuid), issuer_wallet TEXT NOT NULL REFERENCES wallets(uuid),
          archived INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, last_update INTEGER NOT NULL) STRICT;
        CREATE UNIQUE INDEX one_federated_asset ON assets(category) WHERE category = 'FED';
        CREATE TABLE federations (uuid TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
        CREATE TABLE federation_places (
          federation TEXT NOT NULL REFERENCES federations(uuid), place TEXT NOT NULL REFERENCES places(uuid),
          PRIMARY KEY (federation, place)) STRICT, WITHOUT ROWID;
        CREATE INDEX federation_places_place ON federation_places(place);
        CREATE TABLE federation_assets (
          federation TEXT NOT NULL REFERENCES federations(uuid), asset TEXT NOT NULL REFERENCES assets(uuid),
          PRIMARY KEY (federation, asset)) STRICT, WITHOUT ROWID;
        CREATE INDEX federation_assets_asset ON federation_assets(asset);
        CREATE TABLE transactions (
          sequence INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE,
          asset TEXT NOT NULL REFERENCES assets(uuid), asset_sequence INTEGER NOT NULL,
          previous_uuid TEXT NOT NULL, previous_hash TEXT NOT NULL,
          action TEXT NOT NULL, sender TEXT NOT NULL REFERENCES wallets(uuid),
          receiver TEXT NOT NULL REFERENCES wallets(uuid), amount INTEGER NOT NULL CHECK (amount >= 0),
          datetime INTEGER NOT NULL, last_check INTEGER NOT NULL,
          card TEXT REFERENCES cards(uuid), primary_card TEXT REFERENCES cards(uuid),
          comment TEXT, metadata TEXT, checkout_stripe TEXT, subscription_type TEXT NOT NULL DEFAULT 'NO',
          subscription_first INTEGER, subscription_start INTEGER,
          UNIQUE (asset, asset_sequence)) STRICT;
        CREATE INDEX transactions_sender ON transactions(sender, sequence);
        CREATE INDEX transactions_receiver ON transactions(receiver, sequence);
        CREATE TABLE tokens (
          uuid TEXT NOT NULL UNIQUE, wallet TEXT NOT NULL REFERENCES wallets(uuid),
          asset TEXT NOT NULL REFERENCES assets(uuid), balance INTEGER NOT NULL CHECK (balance >= 0),
          last_transaction INTEGER REFERENCES transactions(sequence), PRIMARY KEY (wallet, asset)) STRICT;
        CREATE INDEX tokens_asset ON tokens(asset);
        CREATE TRIGGER transactions_are_final BEFORE UPDATE ON transactions
          BEGIN SELECT RAISE(ABORT, 'a posted transaction never changes'); END;
        CREATE TRIGGER transactions_stay BEFORE DELETE ON transactions
          BEGIN SELECT RAISE(ABORT, 'a posted transaction is never deleted'); END;
        """)
  }

  private static func replies(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE replies (
          place TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
          created_at INTEGER NOT NULL, PRIMARY KEY (place, key)) STRICT, WITHOUT ROWID;
        """)
  }
}
