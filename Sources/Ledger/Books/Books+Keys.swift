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
  }

  /// The key of this purpose, compared in constant time after its public prefix found it.
  func key(_ key: APIKey, purpose: KeyPurpose) throws -> KnownKey? {
    let candidates = try rows(
      "SELECT digest, place, public_key, expires_at FROM place_keys WHERE prefix = ? AND purpose = ?",
      [key.prefix, purpose.rawValue])
    for row in candidates {
      let stored: String = row["digest"]
      if ConstantTime.areEqual(Hexadecimal.decode(stored) ?? [], key.digest) {
        return KnownKey(
          digest: stored, place: try row.optionalID("place"), publicKey: row["public_key"],
          expiresAt: row.time("expires_at"))
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

  func insertKey(
    _ key: APIKey, purpose: KeyPurpose, place: EntityID?, publicKey: String? = nil, expiresAt: LedgerTime? = nil,
    at now: LedgerTime
  ) throws {
    try execute(
      """
      INSERT INTO place_keys (prefix, digest, place, purpose, public_key, expires_at, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        key.prefix, Hexadecimal.encode(key.digest), place?.text, purpose.rawValue, publicKey,
        expiresAt?.microseconds, now.microseconds,
      ])
  }

  /// Deletes the lasting keys of a place and those that wait for a handshake.
  /// - Returns: how many lasting ones there were.
  func deleteKeys(of place: EntityID) throws -> Int {
    let lasting = try rows("SELECT 1 FROM place_keys WHERE place = ? AND purpose = 'place'", [place.text]).count
    try execute("DELETE FROM place_keys WHERE place = ? AND purpose IN ('place', 'pairing')", [place.text])
    return lasting
  }

  func deleteKey(digest: String) throws {
    try execute("DELETE FROM place_keys WHERE digest = ?", [digest])
  }

  func hasPairedKey(place: EntityID) throws -> Bool {
    try row(
      "SELECT 1 FROM place_keys WHERE place = ? AND purpose = 'place' AND public_key IS NOT NULL", [place.text]) != nil
  }
}
