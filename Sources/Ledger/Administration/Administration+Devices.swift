import FedowProtocol
import Model

extension Administration {
  /// A single-use code for a further kiosk of a place, and until when it is good.
  public func enrolmentCode(
    place: String, name: String, domain: String? = nil
  ) async throws -> (code: EnrolmentCode, expiresAt: LedgerTime) {
    guard !name.isEmpty, name.unicodeScalars.count <= 100 else {
      throw Refusal(.requestMalformed, "A device's name has 1 to 100 characters.")
    }
    return try await write { ledger in
      try ledger.enrolmentCode(
        place: try ledger.books.existingPlace(place), name: name, device: nil, domain: domain)
    }
  }

  /// The devices of a place, the revoked ones too.
  public func devices(place: String) async throws -> [Books.Device] {
    try await store.read { books in try books.devices(of: try books.existingPlace(place).uuid) }
  }

  /// Revokes a device, meant by its uuid or its name; it counts from the next request on.
  /// - Throws: `Refusal` with `not_found`, or `request_malformed` when the name is not one device's alone.
  public func revokeDevice(_ text: String, place: String) async throws -> Books.Device {
    try await write { ledger in
      let place = try ledger.books.existingPlace(place)
      let found = try ledger.books.devices(of: place.uuid).filter {
        $0.uuid == EntityID(text) || $0.name == text && $0.revokedAt == nil
      }
      guard let device = found.first else {
        throw Refusal(.notFound, "'\(place.name)' has no device '\(text)'. See: ledgerd place devices")
      }
      guard found.count == 1 else {
        throw Refusal(
          .requestMalformed, "Several devices are called '\(text)'; give the uuid. See: ledgerd place devices")
      }
      let revoked = try ledger.revoke(device: device.uuid, of: place, by: nil)
      try ledger.seal()
      return revoked
    }
  }
}
