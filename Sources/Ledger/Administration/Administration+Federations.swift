import FedowProtocol
import Model

extension Administration {
  /// Makes a federation of these places over these assets; it counts from the next request on.
  /// - Throws: `Refusal` with `already_exists` or `not_found`.
  public func createFederation(name: String, places: [String], assets: [String]) async throws -> EntityID {
    try await write { ledger in
      guard try ledger.books.federation(named: name) == nil else {
        throw Refusal(.alreadyExists, "There is a federation named '\(name)' already.")
      }
      let uuid = EntityID.random()
      try ledger.books.insertFederation(uuid, name: name, at: ledger.now)
      for place in places { try ledger.books.add(place: try ledger.books.existingPlace(place).uuid, to: uuid) }
      for asset in assets { try ledger.books.add(asset: try ledger.books.existingAsset(asset).uuid, to: uuid) }
      return uuid
    }
  }
}

extension Books {
  /// The asset that an operator means by its name or uuid.
  /// - Throws: `Refusal` with `not_found`.
  public func existingAsset(_ text: String) throws -> Asset {
    let found = try EntityID(text).flatMap { try asset($0) } ?? asset(named: text)
    guard let found else { throw Refusal(.notFound, "There is no asset '\(text)'.") }
    return found
  }
}
