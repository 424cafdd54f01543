import FedowProtocol
import GRDB
import Model

/// What was taken or given in a quarter of an hour at a place, by a device, of an asset, in one way.
///
/// Quarters of UTC, because every zone's hours and days begin with one: a place that moves to another zone has its hours
/// at once, without anything being counted again.
struct Taking: Hashable, Sendable {
  /// What a report calls it.
  enum Kind: String, Sendable, CaseIterable { case sale, refill, refund, void, other }

  /// The seconds of a quarter.
  static let quarter: Int64 = 900

  /// Which quarter, counted from 1970.
  let quarter: Int64
  let place: EntityID
  let device: EntityID?
  let asset: EntityID
  let kind: Kind
  let count: Int64
  /// Minor units.
  let amount: Int64
}

extension [Taking] {
  /// Reads the rows of `SELECT quarter, place, device, asset, kind, count, amount`.
  ///
  /// By the places of the columns, and each id read once: a year has tens of thousands of rows and a handful of ids.
  static func read(_ cursor: RowCursor) throws -> [Taking] {
    var ids: [String: EntityID] = [:]
    let id = { (text: String) throws -> EntityID in
      if let known = ids[text] { return known }
      guard let id = EntityID(text) else { throw Refusal(.ledgerBroken, "'\(text)' in a total is no UUID.") }
      ids[text] = id
      return id
    }
    var takings: [Taking] = []
    while let row = try cursor.next() {
      guard let kind = Taking.Kind(rawValue: row[4]) else { throw Refusal(.ledgerBroken) }
      let device: String = row[2]
      takings.append(
        Taking(
          quarter: row[0], place: try id(row[1]), device: device.isEmpty ? nil : try id(device), asset: try id(row[3]),
          kind: kind, count: row[5], amount: row[6]))
    }
    return takings
  }
}

extension Books {
  /// What to count, apart from what the whole of it is.
  enum TakingRange {
    /// By the numbers of the ledger: after the one, up to the other.
    case sequences(after: Int64, upTo: Int64)
    /// By the places in an asset's chain, and no further than a number of the ledger.
    case chain(asset: EntityID, from: Int64, before: Int64, upTo: Int64)
  }

  /// Counts transactions: each at the place that took part, by the device of its tap. Creations and fusions are nobody's
  /// taking.
  func takings(_ range: TakingRange, from: LedgerTime? = nil, to: LedgerTime? = nil) throws -> [Taking] {
    let times: [Int64] = [from?.microseconds ?? .min, to?.microseconds ?? .max]
    switch range {
    case .sequences(let after, let upTo):
      return try takings(
        where: "t.sequence > ? AND t.sequence <= ? AND t.datetime >= ? AND t.datetime < ?",
        StatementArguments([after, upTo] + times))
    case .chain(let asset, let from, let before, let upTo):
      return try takings(
        where: "t.asset = ? AND t.asset_sequence >= ? AND t.asset_sequence < ? AND t.sequence <= ?",
        [asset.text, from, before, upTo])
    }
  }

  private func takings(where condition: String, _ arguments: StatementArguments) throws -> [Taking] {
    try .read(
      try Row.fetchCursor(database.cachedStatement(sql: Self.takings(where: condition)), arguments: arguments))
  }

  private static func takings(where condition: String) -> String {
    """
    SELECT quarter, place, device, asset, kind, count(*) AS count, \(Books.sum("amount")) AS amount FROM (
      SELECT m.quarter, m.place, m.asset, m.kind, m.amount,
        coalesce((SELECT d.device FROM debits d WHERE d.place = m.place AND d.id = m.debit), '') AS device
      FROM (
        SELECT t.datetime / \(Taking.quarter * 1_000_000) AS quarter, t.asset AS asset, t.amount AS amount,
          CASE WHEN t.action IN ('SAL', 'QRS', 'RFD') THEN r.uuid ELSE coalesce(s.uuid, r.uuid) END AS place,
          CASE WHEN t.action IN ('SAL', 'TRF') AND json_valid(t.metadata)
            THEN json_extract(t.metadata, '$.debit_id') END AS debit,
          CASE WHEN t.action IN ('SAL', 'QRS') THEN 'sale' WHEN t.action = 'REF' THEN 'refill'
            WHEN t.action = 'RFD' THEN 'refund' WHEN t.action = 'VID' THEN 'void'
            WHEN t.action = 'TRF' AND EXISTS (SELECT 1 FROM reversals v WHERE v.reverse = t.uuid) THEN 'void'
            ELSE 'other' END AS kind
        FROM transactions t LEFT JOIN places s ON s.wallet = t.sender LEFT JOIN places r ON r.wallet = t.receiver
        WHERE \(condition) AND t.action NOT IN ('FST', 'CRE', 'FUS')
      ) m WHERE m.place IS NOT NULL
    ) GROUP BY quarter, place, device, asset, kind
    """
  }
}
