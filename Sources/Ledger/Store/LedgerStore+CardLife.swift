import GRDB

extension LedgerStore {
  /// Who blocked a card and when, what took its place, its own limits; and where blocked cards were tapped.
  ///
  /// Before this only a holder's signature blocked a card, and whose it was is not known any more.
  static func cardLife(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE cards ADD COLUMN blocked_at INTEGER;
        ALTER TABLE cards ADD COLUMN blocked_by TEXT;
        ALTER TABLE cards ADD COLUMN lost_from TEXT;
        ALTER TABLE cards ADD COLUMN replaced_by TEXT;
        ALTER TABLE cards ADD COLUMN replaces TEXT;
        ALTER TABLE cards ADD COLUMN per_tap INTEGER;
        ALTER TABLE cards ADD COLUMN per_day INTEGER;
        ALTER TABLE debits ADD COLUMN card_day INTEGER;
        UPDATE cards SET blocked_by = 'holder' WHERE blocked;
        CREATE INDEX cards_lost ON cards(lost_from) WHERE lost_from IS NOT NULL;
        CREATE TABLE card_days (
          card TEXT NOT NULL, day INTEGER NOT NULL, used INTEGER NOT NULL CHECK (used >= 0),
          PRIMARY KEY (card, day)) STRICT, WITHOUT ROWID;
        CREATE TABLE reassignments (
          number INTEGER PRIMARY KEY, owner TEXT NOT NULL, id TEXT NOT NULL, old_card TEXT NOT NULL,
          new_card TEXT NOT NULL, wallet TEXT NOT NULL, old_wallet TEXT, old_user TEXT, old_blocked INTEGER NOT NULL,
          old_blocked_at INTEGER, old_blocked_by TEXT, old_lost_from TEXT, new_wallet TEXT, links TEXT NOT NULL,
          after_sequence INTEGER NOT NULL, created_at INTEGER NOT NULL, undone_at INTEGER, UNIQUE (owner, id)) STRICT;
        CREATE TABLE card_sightings (
          number INTEGER PRIMARY KEY AUTOINCREMENT, card TEXT NOT NULL, origin TEXT NOT NULL, place TEXT NOT NULL,
          device TEXT, reader TEXT, at INTEGER NOT NULL) STRICT;
        CREATE INDEX card_sightings_origin ON card_sightings(origin, number);
        """)
  }
}
