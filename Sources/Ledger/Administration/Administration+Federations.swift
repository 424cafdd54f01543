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
      let uuid = ledger.newID()
      try ledger.books.insertFederation(uuid, name: name, at: ledger.now)
      for place in places { try ledger.books.add(place: try ledger.books.existingPlace(place).uuid, to: uuid) }
      for asset in assets { try ledger.books.add(asset: try ledger.books.existingAsset(asset).uuid, to: uuid) }
      return uuid
    }
  }

  /// What can be changed in a federation; a place or an asset is meant by its name or uuid.
  public enum FederationChange: Sendable {
    case addPlace(String)
    case removePlace(String)
    case addAsset(String)
    case removeAsset(String)
  }

  /// Changes the federation of this name; it counts from the next request on, and nobody's money moves.
  /// - Throws: `Refusal` with `not_found`.
  public func change(federation name: String, _ change: FederationChange) async throws -> FederationAnswer {
    try await write { ledger in
      let books = ledger.books
      guard let uuid = try books.federation(named: name) else {
        throw Refusal(.notFound, "There is no federation '\(name)'. See: ledgerd federation list")
      }
      switch change {
      case .addPlace(let place): try books.add(place: try books.existingPlace(place).uuid, to: uuid)
      case .removePlace(let place): try books.remove(place: try books.existingPlace(place).uuid, from: uuid)
      case .addAsset(let asset): try books.add(asset: try books.existingAsset(asset).uuid, to: uuid)
      case .removeAsset(let asset): try books.remove(asset: try books.existingAsset(asset).uuid, from: uuid)
      }
      return try books.federationAnswer(uuid)
    }
  }

  /// All federations, oldest first.
  public func federations() async throws -> [FederationAnswer] {
    try await store.read { books in try books.federations().map { try books.federationAnswer($0) } }
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
