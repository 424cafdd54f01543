import FedowProtocol
import GRDB
import Model
import Rules

/// The step that makes a sale cost the same with a million before it: what is written with each posting goes to the end
/// of its table and of its indexes, so no page in the middle of a large one has to be read, changed and logged.
///
/// The history of a balance is a list through its transactions, each naming the one before (`sender_before`,
/// `receiver_before`), instead of an index by wallet; hashes are found through pages of their first digits; answers that
/// are kept for repetitions are numbered, and found through an index that is filled in bulk.
extension LedgerStore {
  static func appending(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE grown (
          sequence INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, hash TEXT NOT NULL,
          asset TEXT NOT NULL REFERENCES assets(uuid), asset_sequence INTEGER NOT NULL,
          previous_uuid TEXT NOT NULL, previous_hash TEXT NOT NULL,
          action TEXT NOT NULL, sender TEXT NOT NULL REFERENCES wallets(uuid),
          receiver TEXT NOT NULL REFERENCES wallets(uuid), amount INTEGER NOT NULL CHECK (amount >= 0),
          datetime INTEGER NOT NULL, last_check INTEGER NOT NULL,
          card TEXT REFERENCES cards(uuid), primary_card TEXT REFERENCES cards(uuid),
          comment TEXT, metadata TEXT, checkout_stripe TEXT, subscription_type TEXT NOT NULL DEFAULT 'NO',
          subscription_first INTEGER, subscription_start INTEGER,
          sender_before INTEGER, receiver_before INTEGER, sender_after INTEGER, receiver_after INTEGER,
          UNIQUE (asset, asset_sequence)) STRICT;
        ALTER TABLE tokens ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE fusions (
          wallet TEXT NOT NULL REFERENCES wallets(uuid), joined TEXT NOT NULL REFERENCES wallets(uuid),
          PRIMARY KEY (wallet, joined)) STRICT, WITHOUT ROWID;
        INSERT INTO fusions SELECT DISTINCT receiver, sender FROM transactions WHERE action = 'FUS';
        CREATE TABLE hash_pages (first INTEGER PRIMARY KEY, digits BLOB NOT NULL) STRICT;
        CREATE TABLE answers (
          number INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL, key BLOB NOT NULL, content BLOB NOT NULL,
          status INTEGER NOT NULL, body TEXT, place TEXT, sequence INTEGER, created_at INTEGER NOT NULL) STRICT;
        CREATE TABLE answers_by_fingerprint (
          fingerprint INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (fingerprint, number)) STRICT, WITHOUT ROWID;
        """)
    try copyTransactions(db)
    try db.execute(
      sql: """
        DROP TABLE transactions;
        ALTER TABLE grown RENAME TO transactions;
        CREATE TRIGGER transactions_are_final BEFORE UPDATE ON transactions
          BEGIN SELECT RAISE(ABORT, 'a posted transaction never changes'); END;
        CREATE TRIGGER transactions_stay BEFORE DELETE ON transactions
          BEGIN SELECT RAISE(ABORT, 'a posted transaction is never deleted'); END;
        """)
    try Books(database: db).indexHashes()
    try copyReplies(db)
    try db.execute(sql: "DROP TABLE replies")
  }

  /// Copies each transaction with its place in the lists of its two balances, which are counted along.
  private static func copyTransactions(_ db: Database) throws {
    struct Holding: Hashable {
      let wallet: String
      let asset: String
    }
    try db.execute(sql: "DROP TRIGGER transactions_are_final; DROP TRIGGER transactions_stay")
    let primary = try String.fetchOne(db, sql: "SELECT value FROM settings WHERE key = 'primary_wallet'")
    var last: [Holding: (sequence: Int64, balance: Int64, moves: Int64)] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT sequence, asset, action, sender, receiver, amount, a.category FROM transactions "
        + "JOIN assets a ON a.uuid = asset ORDER BY sequence")
    let copy = try db.makeStatement(
      sql: "INSERT INTO grown SELECT *, ?, ?, ?, ? FROM transactions WHERE sequence = ?")
    while let row = try rows.next() {
      let (sequence, amount): (Int64, Int64) = (row[0], row[5])
      let sender = Holding(wallet: row[3], asset: row[1])
      let receiver = Holding(wallet: row[4], asset: row[1])
      let before = (last[sender]?.sequence, last[receiver]?.sequence)
      let moved = try movements(row, amount: amount, primaryWallet: primary)
      for holding in Set([sender, receiver]) {
        guard let delta = moved[holding.wallet] ?? (last[holding] == nil ? nil : 0) else { continue }
        let old = last[holding] ?? (0, 0, 0)
        last[holding] = (sequence, old.balance + delta, old.moves + 1)
      }
      try copy.execute(arguments: [before.0, before.1, last[sender]?.balance, last[receiver]?.balance, sequence])
    }
    for (holding, end) in last {
      try db.execute(
        sql: "UPDATE tokens SET moves = ? WHERE wallet = ? AND asset = ?",
        arguments: [end.moves, holding.wallet, holding.asset])
    }
  }

  private static func movements(_ row: Row, amount: Int64, primaryWallet: String?) throws -> [String: Int64] {
    let (action, sender, receiver, category): (String, String, String, String) = (row[2], row[3], row[4], row[6])
    guard let action = TransactionAction(rawValue: action), let from = EntityID(sender), let to = EntityID(receiver),
      let category = AssetCategory(rawValue: category), let asset = EntityID(row[1] as String)
    else { throw Refusal(.ledgerBroken) }
    // Who issues it is for the checks of new postings; these were posted.
    let terms = AssetTerms(asset: asset, category: category, issuerWallet: from)
    let posting = Posting(
      action: action, sender: from, receiver: to, terms: terms, amount: Amount(minorUnits: amount))
    let movements = try PostingRules.movements(of: posting, correctionTakesFromSender: receiver == primaryWallet)
    return Dictionary(movements.map { ($0.wallet.text, $0.delta) }) { $0 + $1 }
  }

  private static func copyReplies(_ db: Database) throws {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT place, key, content, status, body, created_at FROM replies ORDER BY created_at")
    let insert = try db.makeStatement(
      sql: """
        INSERT INTO answers (fingerprint, key, content, status, body, created_at) VALUES (?, ?, ?, ?, ?, ?)
        """)
    while let row = try rows.next() {
      let key = ReplyKey(place: row[0], key: row[1])
      try insert.execute(
        arguments: [
          key.fingerprint, key.digest, ReplyKey.digest(row[2] as String), row[3] as Int64, row[4] as String,
          row[5] as Int64,
        ])
    }
  }
}
