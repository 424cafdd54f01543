import FedowProtocol
import GRDB
import Model
import Rules

extension Books {
  /// An asset of the federation.
  public struct Asset: Hashable, Sendable {
    /// Its uuid.
    public let uuid: EntityID
    /// Its name.
    public let name: String
    /// At most three letters.
    public let currencyCode: String
    /// Its kind.
    public let category: AssetCategory
    /// The place that issues it; nil for the federated asset.
    public let origin: EntityID?
    /// The wallet that creates it.
    public let issuerWallet: EntityID
    /// Whether it was retired.
    public let isArchived: Bool
    /// The instant of its first block.
    public let createdAt: LedgerTime
    /// When its description last changed.
    public let lastUpdate: LedgerTime

    /// What the posting rules need.
    var terms: AssetTerms { AssetTerms(asset: uuid, category: category, issuerWallet: issuerWallet) }
  }

  private static let assetColumns = """
    SELECT a.uuid, a.name, a.currency_code, a.category, a.origin, a.issuer_wallet, a.archived, a.created_at,
      a.last_update FROM assets a
    """

  private func asset(_ row: Row) throws -> Asset {
    let code: String = row["category"]
    guard let category = AssetCategory(rawValue: code) else {
      throw Refusal(.ledgerBroken, "'\(code)' is no asset category.")
    }
    return Asset(
      uuid: try row.id("uuid"), name: row["name"], currencyCode: row["currency_code"], category: category,
      origin: try row.optionalID("origin"), issuerWallet: try row.id("issuer_wallet"), isArchived: row["archived"],
      createdAt: LedgerTime(microseconds: row["created_at"]), lastUpdate: LedgerTime(microseconds: row["last_update"]))
  }

  /// The asset of this uuid.
  public func asset(_ uuid: EntityID) throws -> Asset? {
    if let asset = memory?.assets[uuid] { return asset }
    let asset = try row(Self.assetColumns + " WHERE a.uuid = ?", [uuid.text]).map(asset)
    memory?.assets[uuid] = asset
    return asset
  }

  func asset(named name: String) throws -> Asset? {
    try row(Self.assetColumns + " WHERE a.name = ?", [name]).map(asset)
  }

  /// All assets, oldest first.
  public func assets() throws -> [Asset] {
    try rows(Self.assetColumns + " ORDER BY a.rowid").map(asset)
  }

  /// The assets a place accepts: its own, the federated one, and those shared with it that it agreed to take.
  func acceptedAssets(of place: Place) throws -> [Asset] {
    let policy = try acceptancePolicy(of: place.uuid)
    return try rows(
      Self.assetColumns + """
         WHERE NOT a.archived AND (a.issuer_wallet = ?1 OR a.category = 'FED' OR EXISTS (
          SELECT 1 FROM federation_assets fa JOIN federation_places fp ON fp.federation = fa.federation
          WHERE fa.asset = a.uuid AND fp.place = ?2)) ORDER BY a.rowid
        """, [place.wallet.text, place.uuid.text]
    ).map(asset).filter { $0.isAlwaysTaken(at: place) || policy.acceptance(of: $0.uuid).isAccepted }
  }

  /// The places that an asset is shared with, in the order of their names.
  func placesFederated(with asset: EntityID) throws -> [EntityID] {
    try rows(
      """
      SELECT DISTINCT p.uuid FROM federation_assets fa JOIN federation_places fp ON fp.federation = fa.federation
      JOIN places p ON p.uuid = fp.place WHERE fa.asset = ? ORDER BY p.name
      """, [asset.text]
    ).map { try $0.id("uuid") }
  }

  func insertAsset(_ asset: Asset) throws {
    try execute(
      """
      INSERT INTO assets (uuid, name, currency_code, category, origin, issuer_wallet, created_at, last_update)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        asset.uuid.text, asset.name, asset.currencyCode, asset.category.rawValue, asset.origin?.text,
        asset.issuerWallet.text, asset.createdAt.microseconds, asset.lastUpdate.microseconds,
      ])
  }

  func archive(asset: EntityID, at now: LedgerTime) throws {
    try execute(
      "UPDATE assets SET archived = 1, last_update = ? WHERE uuid = ?", [now.microseconds, asset.text])
  }
}
