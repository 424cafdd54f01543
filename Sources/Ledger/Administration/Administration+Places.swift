import FedowProtocol
import GRDB
import Model

extension Administration {
  /// Shuts a place out, or lets it in again; its money and its history stay. It counts from the next request on.
  /// - Throws: `Refusal` with `not_found`.
  public func setDisabled(_ disabled: Bool, place: String) async throws -> Books.Place {
    try await write { ledger in
      let uuid = try ledger.books.existingPlace(place).uuid
      if disabled {
        try ledger.revokeAuthority(ofDevicesOf: uuid, reason: "disabled")
      } else {
        try ledger.grantAuthority(toDevicesOf: uuid, reason: "enabled")
      }
      try ledger.books.execute("UPDATE places SET disabled = ? WHERE uuid = ?", [disabled, uuid.text])
      try ledger.seal()
      return try ledger.books.existingPlace(uuid.text)
    }
  }

  /// The end of a place's keys, and what its next client pairs with.
  public struct KeyRotation: Sendable {
    /// How many keys of kiosks, tills and ticketing servers opened something until now.
    public let stoppedKeys: Int
    /// What to pair with instead.
    public let pairing: Pairing
  }

  /// Revokes every key of a place, ends what was given out for further ones, and gives out a new pairing string.
  ///
  /// The old keys open nothing from the next request on; the place's money, cards and history stay.
  /// - Parameter domain: where its client reaches the ledger; nil: the domain given at installation.
  /// - Throws: `Refusal` with `not_found`.
  public func rotateKey(place name: String, domain: String? = nil) async throws -> KeyRotation {
    try await write { ledger in
      let place = try ledger.books.existingPlace(name).uuid
      try ledger.revokeAuthority(ofDevicesOf: place, reason: "rotated")
      let stopped = try ledger.books.endKeys(of: place, at: ledger.now)
      try ledger.books.note(
        Books.AuditEntry("keys_rotated", place: place, detail: ["stopped": JSON(Int64(stopped))]), at: ledger.now)
      try ledger.seal()
      return KeyRotation(stoppedKeys: stopped, pairing: try Self.pair(place, domain: domain, ledger: ledger))
    }
  }
}
