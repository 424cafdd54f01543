import FedowProtocol
import GRDB
import Model
import Signing

extension Books {
  /// What an API key may do.
  public enum KeyPurpose: String, Sendable {
    /// Speak for a place.
    case place
    /// One handshake.
    case pairing
    /// Create places, from the root ticketing server.
    case createPlace = "create_place"
  }

  /// An API key that was presented and is known.
  struct KnownKey {
    let digest: String
    let place: EntityID?
    let publicKey: String?
    let expiresAt: LedgerTime?
    /// The device that it belongs to, when it is a place's lasting key.
    let device: EntityID?
    /// The record by which it has authority; nil: its requests' signatures go into no block.
    let authority: Int64?
  }

  /// The key of this purpose, compared in constant time after its public prefix found it.
  func key(_ key: APIKey, purpose: KeyPurpose) throws -> KnownKey? {
    let candidates = try rows(
      """
      SELECT digest, place, public_key, expires_at, device, authority FROM place_keys
      WHERE prefix = ? AND purpose = ? AND revoked_at IS NULL
      """,
      [key.prefix, purpose.rawValue])
    for row in candidates {
      let stored: String = row["digest"]
      if ConstantTime.areEqual(Hexadecimal.decode(stored) ?? [], key.digest) {
        return KnownKey(
          digest: stored, place: try row.optionalID("place"), publicKey: row["public_key"],
          expiresAt: row.time("expires_at"), device: try row.optionalID("device"),
          authority: row["authority"])
      }
    }
    return nil
  }

  /// A place's lasting key; the writer remembers it by its secret's digest.
  func rememberedKey(_ key: APIKey) throws -> KnownKey? {
    if let known = memory?.keys[key.text] { return known }
    let known = try self.key(key, purpose: .place)
    memory?.keys[key.text] = known
    return known
  }

  /// - Parameter device: whose key it is; a place's lasting key without one becomes a new device's.
  func insertKey(
    _ key: APIKey, purpose: KeyPurpose, place: EntityID?, publicKey: String? = nil, expiresAt: LedgerTime? = nil,
    device: EntityID? = nil, name: String? = nil, at now: LedgerTime
  ) throws {
    let device = purpose == .place ? device ?? EntityID.random() : nil
    try execute(
      """
      INSERT INTO place_keys (prefix, digest, place, purpose, public_key, expires_at, created_at, device, name)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        key.prefix, Hexadecimal.encode(key.digest), place?.text, purpose.rawValue, publicKey,
        expiresAt?.microseconds, now.microseconds, device?.text, device == nil ? nil : name ?? "till",
      ])
  }

  /// Revokes the lasting keys of a place, and deletes what was given out for further ones and not used yet.
  /// - Returns: how many lasting ones there were.
  func endKeys(of place: EntityID, at now: LedgerTime) throws -> Int {
    let isLasting = "place = ? AND purpose = 'place' AND revoked_at IS NULL"
    let lasting = try rows("SELECT 1 FROM place_keys WHERE \(isLasting)", [place.text]).count
    try execute("UPDATE place_keys SET revoked_at = ? WHERE \(isLasting)", [now.microseconds, place.text])
    try execute("DELETE FROM place_keys WHERE place = ? AND purpose = 'pairing'", [place.text])
    try execute("DELETE FROM enrolments WHERE place = ?", [place.text])
    return lasting
  }

  func deleteKey(digest: String) throws {
    try execute("DELETE FROM place_keys WHERE digest = ?", [digest])
  }

  func hasPairedKey(place: EntityID) throws -> Bool {
    try row(
      """
      SELECT 1 FROM place_keys
      WHERE place = ? AND purpose = 'place' AND public_key IS NOT NULL AND revoked_at IS NULL
      """, [place.text]) != nil
  }
}
