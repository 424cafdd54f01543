import FedowProtocol
import Model
import Rules

extension Administration {
  /// What melts next and when: of one wallet, or of those that lose most.
  /// - Parameters:
  ///   - text: a wallet's uuid, a card's tag id or a place's name; nil: all.
  ///   - limit: the most rows without a wallet.
  public func meltingPreview(wallet text: String?, limit: Int) async throws -> JSON {
    try await store.withClock(clock).read { books in
      if let text {
        let wallet = try books.meltingWallet(text)
        let lines = try books.demurrage(of: wallet).map { Self.row($0, wallet: wallet) }
        return .array(lines)
      }
      var rows: [(next: Int64, json: JSON)] = []
      for asset in try books.meltingTerms().keys.sorted() {
        for wallet in try books.holders(of: asset) {
          guard let line = try books.demurrage(of: wallet).first(where: { $0["asset"]?.text == asset.text }) else {
            continue
          }
          rows.append((line["melts_next"]?["amount"]?.int64 ?? 0, Self.row(line, wallet: wallet)))
          guard rows.count > 4 * limit else { continue }
          rows = Self.largest(rows, limit)
        }
      }
      return .array(Self.largest(rows, limit).map(\.json))
    }
  }

  private static func largest(_ rows: [(next: Int64, json: JSON)], _ limit: Int) -> [(next: Int64, json: JSON)] {
    Array(rows.filter { $0.next > 0 }.sorted { $0.next > $1.next }.prefix(limit))
  }

  private static func row(_ line: JSON, wallet: EntityID) -> JSON {
    [
      "wallet": JSON(wallet.text), "asset": line["asset"] ?? .null, "asset_name": line["asset_name"] ?? .null,
      "balance": line["balance"] ?? .null, "due": line["due"] ?? .null, "melted": line["melted"] ?? .null,
      "next": line["melts_next"]?["amount"] ?? .null, "at": line["melts_next"]?["at"] ?? .null,
    ]
  }

  /// What the books say for a simulation: the balances that melt or might, and how much of them is spent in a period.
  /// - Returns: the balances in minor units and the spending in parts per million, over the last 90 days.
  public func meltingBasis(asset name: String, unit: MeltUnit) async throws -> (balances: [Int64], spending: Int64) {
    try await store.withClock(clock).read { [clock] books in
      let asset = try books.existingAsset(name)
      let balances = try books.holders(of: asset.uuid).filter { try books.walletKind($0) != .place }
        .compactMap { try books.balance(of: asset.uuid, in: $0) }.filter { $0 > 0 }
      let held = balances.saturatingSum
      let since = clock().microseconds - 90 * 86_400_000_000
      let spent: Int64 =
        try books.row(
          """
          SELECT \(Books.sum("amount")) AS spent FROM transactions
          WHERE asset = ? AND action IN ('SAL', 'QRS') AND datetime >= ?
          """, [asset.uuid.text, since])?["spent"] ?? 0
      // Of 90 days to one period, in whole numbers and never more than all.
      let yearly = spent.multipliedReportingOverflow(by: 4 * MeltTerms.whole / unit.periodsInYear)
      guard held > 0, !yearly.overflow else { return (balances, 0) }
      return (balances, min(MeltTerms.whole, yearly.partialValue / held))
    }
  }
}

extension Books {
  /// Wallets that hold some of an asset.
  func holders(of asset: EntityID) throws -> [EntityID] {
    try rows("SELECT wallet FROM tokens WHERE asset = ? AND balance > 0 ORDER BY rowid", [asset.text])
      .map { try $0.id("wallet") }
  }
}
