import FedowProtocol
import Model
import Signing

extension Administration {
  /// The whole chain of authorities, oldest first.
  public func authorities() async throws -> [AuthorityRecord] { try await store.read { try $0.authorities() } }

  /// Puts a new key of the primary wallet in the place of the present one, in one commit with the record that both sign.
  ///
  /// The old key has no authority from the next block on; the running server signs with the new one at once.
  /// - Throws: `Refusal` with `key_invalid` when the present key cannot be opened.
  public func rotatePrimaryKey() async throws -> AuthorityRecord {
    guard try store.keyring.secret.read() != nil else {
      throw Refusal(.keyInvalid, "The present key cannot be opened: put ledger.key back beside the database.")
    }
    let made = try ServerKey(store: store).make()
    return try await write { ledger in
      let record = try ledger.rotatePrimaryKey(to: made.key)
      try ledger.install(made)
      try ledger.books.note(
        Books.AuditEntry("primary_key_rotated", place: nil, detail: ["authority": JSON(record.statement.number)]),
        at: ledger.now)
      try ledger.seal()
      return record
    }
  }

  /// Takes a device's authority and its key, meant by the number of the record that gave it or by the device's uuid.
  /// - Throws: `Refusal` with `not_found`; `forbidden` for the primary wallet's key, which can only be rotated.
  public func revokeAuthority(_ text: String) async throws -> AuthorityRecord {
    try await write { ledger in
      let records = try ledger.books.authorities()
      let named = records.last {
        $0.statement.publicKey != nil
          && (Int64(text) == $0.statement.number || EntityID(text) == $0.statement.holder)
      }
      guard let statement = named?.statement else {
        throw Refusal(.notFound, "There is no authority '\(text)'. See: ledgerd authority list")
      }
      guard let place = try statement.place.flatMap({ try ledger.books.place($0) }) else {
        throw Refusal(.forbidden, "The primary wallet's key is not revoked but rotated. Run: ledgerd authority rotate")
      }
      _ = try ledger.revoke(device: statement.holder, of: place, by: nil)
      try ledger.seal()
      guard let last = try ledger.books.authorities().last(where: { $0.statement.ends == statement.number }) else {
        throw Refusal(.notFound, "The authority \(statement.number) was not in force.")
      }
      return last
    }
  }
}
