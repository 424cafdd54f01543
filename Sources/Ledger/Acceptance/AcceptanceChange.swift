import FedowProtocol
import Model
import Rules

/// A change of what a place takes of the money of others.
public struct AcceptanceChange: Sendable {
  /// Begins anew by taking everything or nothing; nil leaves what was said and adds to it.
  public var beginning: Bool?
  /// What is said of single assets, each meant by its uuid or, on the server, its name.
  public var named: [(asset: String, acceptance: Acceptance)] = []

  /// No change.
  public init() {}

  /// The policy after it.
  /// - Throws: `Refusal` with `not_found` for an asset that `find` does not know, `request_malformed` for one that a place
  ///   always takes.
  func apply(
    to policy: AcceptancePolicy, of place: Books.Place, find: (String) throws -> Books.Asset
  ) throws -> AcceptancePolicy {
    var policy = beginning.map { AcceptancePolicy(takesUnnamed: $0) } ?? policy
    for (text, acceptance) in named {
      let asset = try find(text)
      guard !asset.isAlwaysTaken(at: place) else {
        throw Refusal(
          .requestMalformed, "'\(asset.name)' is always taken: a place's own money, and the federated one.")
      }
      if let ceiling = acceptance.ceiling, ceiling <= 0 {
        throw Refusal(.amountInvalid, "A ceiling is a sum above 0; to take nothing, refuse the asset.")
      }
      policy.named[asset.uuid] = acceptance
    }
    return policy
  }
}

extension LedgerWriter {
  /// Changes what a place takes, and writes down who did it. It counts from the next command on.
  func change(
    _ change: AcceptanceChange, of place: Books.Place, device: EntityID? = nil, operatorCard: String? = nil,
    find: (String) throws -> Books.Asset
  ) throws -> JSON {
    let policy = try change.apply(to: books.acceptancePolicy(of: place.uuid), of: place, find: find)
    try books.set(policy, of: place.uuid)
    let answer = try books.acceptanceJSON(of: place)
    try books.note(
      Books.AuditEntry(
        "acceptance_changed", place: place.uuid, device: device, operatorCard: operatorCard, detail: answer), at: now)
    return answer
  }
}

extension Administration {
  /// What a place takes of the money of others.
  public func acceptance(place: String) async throws -> JSON {
    try await store.read { books in try books.acceptanceJSON(of: books.existingPlace(place)) }
  }

  /// Changes what a place takes; it counts from the next request on.
  /// - Throws: `Refusal` with what is wrong, and nothing is changed then.
  public func changeAcceptance(place: String, _ change: AcceptanceChange) async throws -> JSON {
    try await write { ledger in
      try ledger.change(change, of: try ledger.books.existingPlace(place)) { try ledger.books.existingAsset($0) }
    }
  }
}
