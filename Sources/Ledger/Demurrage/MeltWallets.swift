import FedowProtocol
import Model

/// Posts what is due of some wallets' balances of one asset, for those that nobody touches.
struct MeltWallets: LedgerCommand {
  let asset: EntityID
  let wallets: [EntityID]

  /// 200 with how many postings it made and how much melted; a repetition finds nothing to do.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard let asset = try ledger.books.asset(asset) else { throw Refusal(.notFound) }
    let posted = try wallets.flatMap { try ledger.melt(asset.terms, in: $0) }
    return Answer([
      "postings": JSON(Int64(posted.count)), "amount": JSON(posted.map(\.entry.amount).saturatingSum),
    ])
  }
}

extension Books {
  /// Wallets whose balance of an asset has not melted up to an instant; those after a row of the balances, in their order.
  func unmelted(of asset: EntityID, upTo end: Int64, after row: Int64, limit: Int) throws -> [(row: Int64, EntityID)] {
    try rows(
      """
      SELECT t.rowid AS row, t.wallet AS wallet FROM tokens t
        LEFT JOIN melting_marks m ON m.wallet = t.wallet AND m.asset = t.asset
      WHERE t.rowid > ? AND t.asset = ? AND t.balance > 0 AND (m.until IS NULL OR m.until < ?)
      ORDER BY t.rowid LIMIT ?
      """, [row, asset.text, end, limit]
    ).map { ($0["row"], try $0.id("wallet")) }
  }
}
