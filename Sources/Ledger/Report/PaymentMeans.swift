import FedowProtocol
import GRDB
import Model

/// What a refill was paid with, where the till that made it said so: `means_of_payment` in the refill's metadata.
public enum PaymentMeans: String, Sendable, CaseIterable {
  case cash, card, cheque, transfer, online

  /// What the metadata of a refill says; nil when it says nothing of it, or a word that is none of these.
  public init?(metadata: JSON) {
    guard let word = metadata["means_of_payment"]?.text, let means = PaymentMeans(rawValue: word)
    else { return nil }
    self = means
  }

  /// The metadata that says so.
  public var metadata: JSON { ["means_of_payment": JSON(rawValue)] }
}

extension LedgerStore {
  /// What refills were paid with; the metadata of their blocks says the same, and cannot be summed in time.
  static func registerPaymentMeans(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("8 what refills were paid with") { db in
      try db.execute(
        sql: """
          CREATE TABLE refill_means (
            sequence INTEGER PRIMARY KEY REFERENCES transactions(sequence), place TEXT NOT NULL REFERENCES places(uuid),
            asset TEXT NOT NULL REFERENCES assets(uuid), means TEXT NOT NULL, amount INTEGER NOT NULL,
            at INTEGER NOT NULL) STRICT;
          CREATE INDEX refill_means_place ON refill_means(place, at);
          """)
    }
  }
}

extension Books {
  /// Notes what a refill was paid with, when its metadata says so.
  func noteMeans(of refill: Posted, at place: EntityID) throws {
    guard let means = PaymentMeans(metadata: refill.entry.metadata) else { return }
    try executeRemembered(
      "INSERT INTO refill_means (sequence, place, asset, means, amount, at) VALUES (?, ?, ?, ?, ?, ?)",
      [
        refill.sequence, place.text, refill.entry.asset.text, means.rawValue, refill.entry.amount,
        refill.entry.datetime.microseconds,
      ])
  }

  /// What refills of a time were paid with at a place or at all, by asset; those that did not say are not among them.
  func refillMeans(at place: EntityID?, from: LedgerTime, to: LedgerTime) throws -> [JSON] {
    try rows(
      """
      SELECT m.asset AS asset, a.name AS name, m.means AS means, count(*) AS count,
        \(Self.sum("m.amount")) AS amount
      FROM refill_means m JOIN assets a ON a.uuid = m.asset
      WHERE m.at >= ?1 AND m.at < ?2 AND (?3 IS NULL OR m.place = ?3) GROUP BY m.asset, m.means ORDER BY a.name, m.means
      """, [from.microseconds, to.microseconds, place?.text]
    ).map { row in
      [
        "asset": JSON(row["asset"] as String), "asset_name": JSON(row["name"] as String),
        "means": JSON(row["means"] as String), "count": JSON(row["count"] as Int64),
        "amount": JSON(row["amount"] as Int64),
      ]
    }
  }

  /// The notes that are not what a refill's block says.
  func wrongRefillMeans() throws -> [LedgerAudit.Break] {
    let cursor = try Row.fetchCursor(
      database,
      sql: """
        SELECT m.sequence AS sequence, m.asset = t.asset AND m.amount = t.amount AND m.at = t.datetime
          AND t.action = 'REF' AND p.wallet = t.sender AS is_right, m.means AS means, t.metadata AS metadata
        FROM refill_means m LEFT JOIN transactions t ON t.sequence = m.sequence LEFT JOIN places p ON p.uuid = m.place
        ORDER BY m.sequence
        """)
    var breaks: [LedgerAudit.Break] = []
    while let row = try cursor.next() {
      let text: String? = row["metadata"]
      let said = try text.map { PaymentMeans(metadata: try JSON.parse($0)) } ?? nil
      let isRight: Bool? = row["is_right"]
      guard isRight != true || said?.rawValue != row["means"] as String else { continue }
      breaks.append(
        LedgerAudit.Break(
          row: "means of refill \(row["sequence"] as Int64)",
          reason: "they are not what its transaction says"))
    }
    return breaks
  }
}
