import FedowProtocol
import GRDB
import Model
import Signing

extension Books {
  /// A kiosk or till of a place, known by the key that is its own.
  public struct Device: Hashable, Sendable {
    /// Its uuid.
    public let uuid: EntityID
    /// What its operator calls it.
    public let name: String
    /// When it was paired or enrolled.
    public let createdAt: LedgerTime
    /// When it last sent a request, to the minute or so; nil: never.
    public let lastSeenAt: LedgerTime?
    /// When its key was revoked; nil: it is good.
    public let revokedAt: LedgerTime?

    /// The object, for who is none of them.
    public var json: JSON { json(isThis: false) }

    /// The object, as `GET /v1/devices/` lists it.
    func json(isThis: Bool) -> JSON {
      [
        "device": JSON(uuid.text), "name": JSON(name), "created_at": JSON(createdAt.wire),
        "last_seen_at": JSON(lastSeenAt?.wire), "revoked_at": JSON(revokedAt?.wire), "is_this": .bool(isThis),
      ]
    }
  }

  private static let deviceColumns = """
    SELECT device, name, created_at, last_seen_at, revoked_at FROM place_keys WHERE device IS NOT NULL
    """

  private func device(_ row: Row) throws -> Device {
    Device(
      uuid: try row.id("device"), name: row["name"], createdAt: LedgerTime(microseconds: row["created_at"]),
      lastSeenAt: row.time("last_seen_at"), revokedAt: row.time("revoked_at"))
  }

  /// The devices of a place, the revoked ones too, oldest first.
  public func devices(of place: EntityID) throws -> [Device] {
    try rows(Self.deviceColumns + " AND place = ? ORDER BY created_at, rowid", [place.text]).map(device)
  }

  /// A place's device.
  public func device(_ uuid: EntityID, of place: EntityID) throws -> Device? {
    try row(Self.deviceColumns + " AND place = ? AND device = ?", [place.text, uuid.text]).map(device)
  }

  func revoke(device: EntityID, at now: LedgerTime) throws {
    try execute(
      "UPDATE place_keys SET revoked_at = ? WHERE device = ? AND revoked_at IS NULL", [now.microseconds, device.text])
  }

  func note(device: EntityID, seenAt now: LedgerTime) throws {
    try executeRemembered("UPDATE place_keys SET last_seen_at = ? WHERE device = ?", [now.microseconds, device.text])
  }

  /// The public key of a device; nil when it has none or is revoked.
  func publicKey(ofDevice device: EntityID) throws -> String? {
    try row("SELECT public_key FROM place_keys WHERE device = ? AND revoked_at IS NULL", [device.text])?["public_key"]
  }

  /// Gives a device another API key in the place of its own.
  func replaceKey(ofDevice device: EntityID, by key: APIKey) throws {
    try execute(
      "UPDATE place_keys SET prefix = ?, digest = ? WHERE device = ?",
      [key.prefix, Hexadecimal.encode(key.digest), device.text])
  }
}

extension Books {
  /// A single-use code that was given out.
  struct Enrolment: Hashable {
    let digest: String
    let place: EntityID
    let name: String
    let expiresAt: LedgerTime
    /// The device that used it.
    let device: EntityID?
  }

  func insertEnrolment(
    _ secret: APIKey, place: EntityID, name: String, expiresAt: LedgerTime, at now: LedgerTime
  ) throws {
    // What nobody used in time is of no use to anyone.
    try execute("DELETE FROM enrolments WHERE expires_at <= ?", [now.microseconds])
    try execute(
      "INSERT INTO enrolments (prefix, digest, place, name, expires_at, created_at) VALUES (?, ?, ?, ?, ?, ?)",
      [
        secret.prefix, Hexadecimal.encode(secret.digest), place.text, name, expiresAt.microseconds, now.microseconds,
      ])
  }

  /// The code, compared in constant time after its public prefix found it.
  func enrolment(_ secret: APIKey) throws -> Enrolment? {
    let candidates = try rows(
      "SELECT digest, place, name, expires_at, device FROM enrolments WHERE prefix = ?", [secret.prefix])
    for row in candidates {
      let stored: String = row["digest"]
      if ConstantTime.areEqual(Hexadecimal.decode(stored) ?? [], secret.digest) {
        return Enrolment(
          digest: stored, place: try row.id("place"), name: row["name"],
          expiresAt: LedgerTime(microseconds: row["expires_at"]), device: try row.optionalID("device"))
      }
    }
    return nil
  }

  func use(enrolment digest: String, by device: EntityID) throws {
    try execute("UPDATE enrolments SET device = ? WHERE digest = ?", [device.text, digest])
  }
}
