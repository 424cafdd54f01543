import FedowProtocol
import GRDB
import Model

extension Books {
  func insertFederation(_ uuid: EntityID, name: String, at now: LedgerTime) throws {
    try execute(
      "INSERT INTO federations (uuid, name, created_at) VALUES (?, ?, ?)", [uuid.text, name, now.microseconds])
  }

  func federation(named name: String) throws -> EntityID? {
    try row("SELECT uuid FROM federations WHERE name = ?", [name])?.id("uuid")
  }

  func add(place: EntityID, to federation: EntityID) throws {
    try execute(
      "INSERT OR IGNORE INTO federation_places (federation, place) VALUES (?, ?)", [federation.text, place.text])
  }

  func add(asset: EntityID, to federation: EntityID) throws {
    try execute(
      "INSERT OR IGNORE INTO federation_assets (federation, asset) VALUES (?, ?)", [federation.text, asset.text])
  }

  func remove(place: EntityID, from federation: EntityID) throws {
    try execute(
      "DELETE FROM federation_places WHERE federation = ? AND place = ?", [federation.text, place.text])
  }

  func remove(asset: EntityID, from federation: EntityID) throws {
    try execute(
      "DELETE FROM federation_assets WHERE federation = ? AND asset = ?", [federation.text, asset.text])
  }

  func federationAnswer(_ uuid: EntityID) throws -> FederationAnswer {
    let name: String = try row("SELECT name FROM federations WHERE uuid = ?", [uuid.text])?["name"] ?? ""
    let places = try rows(
      """
      SELECT p.uuid FROM federation_places fp JOIN places p ON p.uuid = fp.place
      WHERE fp.federation = ? ORDER BY p.created_at, p.rowid
      """, [uuid.text]
    ).compactMap { try place(try $0.id("uuid"))?.answer }
    let assets = try rows(
      """
      SELECT a.uuid FROM federation_assets fa JOIN assets a ON a.uuid = fa.asset
      WHERE fa.federation = ? ORDER BY a.rowid
      """, [uuid.text]
    ).compactMap { try asset(try $0.id("uuid")).map(assetAnswer) }
    return FederationAnswer(uuid: uuid, name: name, places: places, assets: assets)
  }

  func federations(of place: EntityID) throws -> [EntityID] {
    try rows(
      """
      SELECT f.uuid FROM federations f JOIN federation_places fp ON fp.federation = f.uuid
      WHERE fp.place = ? ORDER BY f.created_at, f.rowid
      """, [place.text]
    ).map { try $0.id("uuid") }
  }

  /// All federations, oldest first.
  func federations() throws -> [EntityID] {
    try rows("SELECT uuid FROM federations ORDER BY created_at, rowid").map { try $0.id("uuid") }
  }
}
