import FedowProtocol
import GRDB
import Model
import Rules

/// What places hold of each other's money.
extension Books {
  /// The clearing that a request asks for, as the ledger is now; nothing of it is stored.
  func clearing(_ request: ClearingRequest, id: EntityID, now: LedgerTime) throws
    -> ClearingProposal
  {
    try request.check(now: now)
    guard let federation = try federation(named: request.federation) else {
      throw Refusal(
        .notFound, "There is no federation '\(request.federation)'. See: ledgerd federation list")
    }
    let without = Set(try request.without.map { try existingPlace($0).uuid })
    let latest = try latestInstant(now)
    let to = min(request.to ?? latest, latest)
    let claims = try claims(
      in: federation, from: request.from, to: to, categories: request.categories
    )
    .filter { !without.contains($0.holder) && !without.contains($0.issuer) }
    var proposal = ClearingProposal(
      id: id, federation: federation, from: request.from, to: to, sequence: try lastSequence(),
      netting: request.netting, means: request.means, createdAt: now,
      expiresAt: now.adding(seconds: request.days * 86_400))
    proposal.parts = try Clearing.groups(of: claims, netting: request.netting).enumerated().map {
      try ClearingProposal.Part(number: Int64($0) + 1, claims: $1)
    }
    return proposal
  }

  /// The instant that has everything before it: a chain may be ahead of the clock.
  private func latestInstant(_ now: LedgerTime) throws -> LedgerTime {
    try assets().compactMap { try chainHead(of: $0.uuid) }
      .map { LedgerTime(microseconds: $0.entry.datetime.microseconds + 1) }.reduce(now, max)
  }

  /// Every claim between the places of a federation on money that it shares.
  private func claims(
    in federation: EntityID, from: LedgerTime?, to: LedgerTime, categories: Set<AssetCategory>
  ) throws -> [ClearingClaim] {
    let places = try rows(
      "SELECT place FROM federation_places WHERE federation = ?", [federation.text]
    )
    .compactMap { try place(try $0.id("place")) }
    let assets = try rows(
      "SELECT asset FROM federation_assets WHERE federation = ?", [federation.text]
    )
    .compactMap { try asset(try $0.id("asset")) }
    return try assets.flatMap { asset -> [ClearingClaim] in
      guard categories.contains(asset.category),
        let issuer = places.first(where: { $0.uuid == asset.origin })
      else {
        return []
      }
      let taken = try taken(of: asset.uuid, from: from, to: to)
      return try places.compactMap { place in
        guard place.uuid != issuer.uuid,
          let amount = ClearingClaim.amount(
            taken: taken[place.wallet] ?? 0,
            held: try balance(of: asset.uuid, in: place.wallet) ?? 0)
        else { return nil }
        return ClearingClaim(
          holder: place.uuid, issuer: issuer.uuid, asset: asset.uuid, amount: amount)
      }
    }
  }

  /// What each wallet took of an asset in a period less what it gave on, in minor units; a payout is no giving on.
  private func taken(of asset: EntityID, from: LedgerTime?, to: LedgerTime) throws -> [EntityID:
    Int64]
  {
    let first = try from.map { try chainPlace(of: asset, notBefore: $0) } ?? 0
    let last = try chainPlace(of: asset, notBefore: to)
    let codes = { (actions: Set<TransactionAction>) in
      actions.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
    }
    let found = try rows(
      """
      SELECT wallet, \(Self.sum("amount")) AS amount FROM (
        SELECT receiver AS wallet, amount FROM transactions
          WHERE asset = ?1 AND asset_sequence >= ?2 AND asset_sequence < ?3
            AND action IN (\(codes(ClearingProposal.takings)))
        UNION ALL
        SELECT sender AS wallet, -amount AS amount FROM transactions
          WHERE asset = ?1 AND asset_sequence >= ?2 AND asset_sequence < ?3
            AND action IN (\(codes(ClearingProposal.givings)))
      ) GROUP BY wallet
      """, [asset.text, first, last])
    return Dictionary(uniqueKeysWithValues: try found.map { (try $0.id("wallet"), $0["amount"]) })
  }
}

extension ClearingProposal {
  /// The actions by which money comes to who receives it (protocol section 5).
  static let takings: Set<TransactionAction> = [
    .refill, .sale, .qrCodeSale, .fusion, .transfer, .correction,
  ]
  /// Those by which it goes from who sends it, but for a bank deposit: that is paid for already.
  static let givings: Set<TransactionAction> = [
    .refill, .sale, .qrCodeSale, .fusion, .transfer, .refund,
  ]
}
