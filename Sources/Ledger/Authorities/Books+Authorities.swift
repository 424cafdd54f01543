import FedowProtocol
import Foundation
import GRDB
import Model

/// The chain of who has authority over this ledger.
extension Books {
  private func authority(_ row: Row) throws -> AuthorityRecord {
    let kind: String = row["kind"]
    guard let kind = AuthorityRecord.Kind(rawValue: kind) else {
      throw Refusal(.ledgerBroken, "'\(kind)' is no kind of authority.")
    }
    let statement = AuthorityRecord.Statement(
      number: row["number"], kind: kind, holder: try row.id("holder"), place: try row.optionalID("place"),
      publicKey: row["public_key"], ends: row["ends"], after: row["after_sequence"],
      at: LedgerTime(microseconds: row["at"]), reason: row["reason"], requestDigest: row.bytes("request_digest"),
      previousHash: row["previous_hash"])
    return AuthorityRecord(
      statement: statement, hash: row["hash"], signature: row.bytes("signature") ?? [],
      countersignature: row.bytes("countersignature"))
  }

  /// All records after this number, in their order.
  func authorities(after number: Int64 = 0, limit: Int = .max) throws -> [AuthorityRecord] {
    try rows("SELECT * FROM authorities WHERE number > ? ORDER BY number LIMIT ?", [number, limit]).map(authority)
  }

  /// The record of this number.
  func authority(_ number: Int64) throws -> AuthorityRecord? {
    try row("SELECT * FROM authorities WHERE number = ?", [number]).map(authority)
  }

  /// The newest record; nil before the first key was written down.
  func lastAuthority() throws -> AuthorityRecord? {
    try row("SELECT * FROM authorities ORDER BY number DESC LIMIT 1").map(authority)
  }

  /// The record by which the primary wallet's key has its authority now.
  func primaryAuthority() throws -> AuthorityRecord? {
    try row("SELECT * FROM authorities WHERE place IS NULL ORDER BY number DESC LIMIT 1").map(authority)
  }

  func insert(_ record: AuthorityRecord) throws {
    let statement = record.statement
    try execute(
      """
      INSERT INTO authorities (number, kind, holder, place, public_key, ends, after_sequence, at, reason, request_digest,
        previous_hash, hash, signature, countersignature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        statement.number, statement.kind.rawValue, statement.holder.text, statement.place?.text, statement.publicKey,
        statement.ends, statement.after, statement.at.microseconds, statement.reason,
        statement.requestDigest.map { Data($0) }, statement.previousHash, record.hash, Data(record.signature),
        record.countersignature.map { Data($0) },
      ])
  }

  /// Says by which record a device's key has authority; nil: it has none.
  func set(authority number: Int64?, ofDevice device: EntityID) throws {
    try execute("UPDATE place_keys SET authority = ? WHERE device = ?", [number, device.text])
  }

  /// A device's key, and by which record it has authority.
  struct DeviceKey: Hashable {
    let device: EntityID
    let place: EntityID
    let publicKey: String
    let authority: Int64?
  }

  /// The keys that open the ledger now, of one place or of all that are not shut out.
  func deviceKeys(of place: EntityID? = nil) throws -> [DeviceKey] {
    try rows(
      """
      SELECT k.device, k.place, k.public_key, k.authority FROM place_keys k JOIN places p ON p.uuid = k.place
      WHERE k.purpose = 'place' AND k.public_key IS NOT NULL AND k.revoked_at IS NULL
        AND CASE WHEN ?1 IS NULL THEN NOT p.disabled ELSE k.place = ?1 END ORDER BY k.rowid
      """, [place?.text]
    ).map {
      DeviceKey(
        device: try $0.id("device"), place: try $0.id("place"), publicKey: $0["public_key"], authority: $0["authority"])
    }
  }
}

extension Row {
  /// A column of bytes.
  func bytes(_ column: String) -> [UInt8]? { (self[column] as Data?).map { Array($0) } }
}
