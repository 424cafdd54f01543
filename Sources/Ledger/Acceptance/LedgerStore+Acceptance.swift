import GRDB

/// What places take of each other's money. Without a row a place takes all that its federations share.
extension LedgerStore {
  static func registerAcceptance(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 what places accept of each other") { db in
      try db.execute(
        sql: """
          CREATE TABLE acceptance_policies (
            place TEXT PRIMARY KEY REFERENCES places(uuid), takes_unnamed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
          CREATE TABLE acceptances (
            place TEXT NOT NULL REFERENCES places(uuid), asset TEXT NOT NULL REFERENCES assets(uuid),
            is_accepted INTEGER NOT NULL, ceiling INTEGER CHECK (ceiling > 0),
            PRIMARY KEY (place, asset)) STRICT, WITHOUT ROWID;
          """)
    }
  }
}
