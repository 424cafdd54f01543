import GRDB

extension LedgerStore {
  /// What was paid out is summed for the overview, which anyone may ask for: an index of those few transactions alone, so
  /// that neither a sale nor a stranger pays for the chain's length.
  static func registerPaidOut(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("10 what was paid out is found") { db in
      try db.execute(sql: "CREATE INDEX transactions_paid_out ON transactions(asset, amount) WHERE action = 'BNK'")
    }
  }
}
