import GRDB

/// The step that finds kept answers through pages instead of through an index, whose every page a few thousand sales changed.
extension LedgerStore {
  static func registerReplyPages(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 kept answers in pages") { db in
      try db.execute(
        sql: """
          CREATE TABLE answer_pages (page INTEGER PRIMARY KEY, first INTEGER NOT NULL, entries BLOB NOT NULL) STRICT;
          DELETE FROM settings WHERE key = '\(Books.Setting.lastIndexedReply.rawValue)';
          DROP TABLE answers_by_fingerprint;
          """)
      try Books(database: db).pageAllReplies()
    }
  }
}
