import FedowProtocol
import Model
import Signing

/// Giving and taking authority, in the same commit as what it is for.
extension LedgerWriter {
  /// Writes down the first key and the devices' keys that it finds, when nothing is written down yet.
  ///
  /// A new ledger does so before its first block; one from before there were authorities when it next starts, and the
  /// blocks that it has then are sealed as they are found.
  func establishAuthorities(reason: String = "found") throws {
    guard try books.lastAuthority() == nil else { return }
    let key = try primaryKey()
    try append(
      try draft(.root, of: books.primaryWallet(), reason: reason, publicKey: key.publicKey.pem), signedBy: key)
    for found in try books.deviceKeys() { try grant(found, reason: "found") }
  }

  /// Gives a device's key authority to make its place's blocks.
  /// - Parameter request: what the key itself signed to get it.
  func grantAuthority(to device: EntityID, of place: EntityID, reason: String, request: RequestSignature?) throws {
    try establishAuthorities()
    guard let key = try books.deviceKeys(of: place).first(where: { $0.device == device }), key.authority == nil else {
      return
    }
    try grant(key, reason: reason, request: request)
  }

  private func grant(_ key: Books.DeviceKey, reason: String, request: RequestSignature? = nil) throws {
    let statement = try draft(
      .grant, of: key.device, place: key.place, reason: reason, publicKey: key.publicKey, request: request?.digest)
    try append(statement, signedBy: try primaryKey(), countersignature: request?.signature)
    try books.set(authority: statement.number, ofDevice: key.device)
  }

  /// Gives every good key of a place authority again.
  func grantAuthority(toDevicesOf place: EntityID, reason: String) throws {
    try establishAuthorities()
    for key in try books.deviceKeys(of: place) where key.authority == nil { try grant(key, reason: reason) }
  }

  /// Takes authority from the keys of a place, or from one device's; to be done before the keys themselves are ended.
  func revokeAuthority(ofDevicesOf place: EntityID, device: EntityID? = nil, reason: String) throws {
    try establishAuthorities()
    for key in try books.deviceKeys(of: place) where device == nil || key.device == device {
      guard let authority = key.authority else { continue }
      let statement = try draft(.revocation, of: key.device, place: place, reason: reason, ends: authority)
      try append(statement, signedBy: try primaryKey())
      try books.set(authority: nil, ofDevice: key.device)
    }
  }

  /// Puts another key of the primary wallet in the place of the present one, which signs for it.
  func rotatePrimaryKey(to new: RSAPrivateKey) throws -> AuthorityRecord {
    try establishAuthorities()
    let old = try primaryKey()
    guard let present = try books.primaryAuthority() else { throw Refusal(.ledgerBroken) }
    let statement = try draft(
      .rotation, of: present.statement.holder, reason: "rotated", publicKey: new.publicKey.pem,
      ends: present.statement.number)
    let record = try append(
      statement, signedBy: old, countersignature: try new.sign(Array(statement.text.utf8)))
    try books.setPublicKey(new.publicKey.pem, of: present.statement.holder)
    return record
  }

  /// Puts what is under no seal yet under one, in this commit; what is more than one seal takes, the server seals.
  func seal() throws {
    guard let statement = try books.unsealed(at: now) else { return }
    try books.insert(try statement.signed(by: try primaryKey()))
  }

  private func primaryKey() throws -> RSAPrivateKey {
    guard let keyring else { throw Refusal(.keyInvalid, "Nothing can be signed here.") }
    return try keyring.key(in: books)
  }

  private func draft(
    _ kind: AuthorityRecord.Kind, of holder: EntityID, place: EntityID? = nil, reason: String,
    publicKey: String? = nil, ends: Int64? = nil, request: [UInt8]? = nil
  ) throws -> AuthorityRecord.Statement {
    let last = try books.lastAuthority()
    return AuthorityRecord.Statement(
      number: (last?.statement.number ?? 0) + 1, kind: kind, holder: holder, place: place, publicKey: publicKey,
      ends: ends, after: try books.lastSequence(), at: now, reason: reason, requestDigest: request,
      previousHash: last?.hash ?? "")
  }

  @discardableResult
  private func append(
    _ statement: AuthorityRecord.Statement, signedBy key: RSAPrivateKey, countersignature: [UInt8]? = nil
  ) throws -> AuthorityRecord {
    let text = Array(statement.text.utf8)
    let record = AuthorityRecord(
      statement: statement, hash: Hexadecimal.encode(SHA256.hash(text)), signature: try key.sign(text),
      countersignature: countersignature)
    try books.insert(record)
    return record
  }
}
