import Model

extension Administration {
  /// All assets.
  public func assets() async throws -> [Books.Asset] { try await store.read { try $0.assets() } }

  /// An asset that was retired.
  public struct Archived: Sendable {
    /// As it is now.
    public let asset: Books.Asset
    /// What is still held of it, in minor units.
    public let held: Int64
  }

  /// Retires an asset: nobody is refilled with it or pays with it from the next request on.
  ///
  /// What is held of it stays, is still seen by its owners, and can be refunded and paid out by the place that issued it.
  /// - Throws: `Refusal` with `not_found`; `asset_not_accepted` for the federated asset, which no ledger is without.
  public func archive(asset name: String) async throws -> Archived {
    try await write { ledger in
      let asset = try ledger.books.existingAsset(name)
      guard asset.category != .federated else {
        throw Refusal(.assetNotAccepted, "'\(asset.name)' is the federated asset; a ledger cannot do without it.")
      }
      if !asset.isArchived { try ledger.books.archive(asset: asset.uuid, at: ledger.now) }
      return Archived(
        asset: try ledger.books.existingAsset(asset.uuid.text), held: try ledger.books.totals(of: asset.uuid).everywhere
      )
    }
  }
}
