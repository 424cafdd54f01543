import FedowProtocol
import Model

/// Books for playing: places that have the word "test" in their names, by which a load generator knows them.
public struct TestFestival: Sendable {
  private let store: LedgerStore
  private let administration: Administration

  /// A festival in this ledger.
  public init(store: LedgerStore) {
    self.store = store
    administration = Administration(store: store)
  }

  /// Makes the places with their operators' cards, one money that all of them take, and the cards.
  /// - Parameter domain: where tills reach the ledger; nil: the domain given at installation.
  /// - Returns: the plan: `asset`, `places` with `name`, `pairing` and `operator_card`, and the tags of the `cards`.
  /// - Throws: `Refusal` with `already_exists` in a ledger that has places already.
  public func make(places count: Int, cards: Int, domain: String? = nil) async throws -> JSON {
    guard try await administration.places().isEmpty else {
      throw Refusal(
        .alreadyExists, "This ledger has places already. A festival for tests is made in a new ledger of its own.")
    }
    let names = (0..<count).map { $0 == 0 ? "Festival test, cash desk" : "Festival test, bar \($0)" }
    var places: [JSON] = []
    let operators = (0..<count).map { Self.tag(0x0F00_0000 + $0) }
    for (name, tag) in zip(names, operators) {
      let place = try await administration.createPlace(name: name, domain: domain)
      places.append(["name": JSON(name), "pairing": JSON(place.pairing.text), "operator_card": JSON(tag)])
    }
    let asset = try await administration.createAsset(
      place: names[0], name: "Festival test coin", currency: "TST", category: .localFiat)
    _ = try await administration.createFederation(name: "Festival test", places: names, assets: [asset.uuid.text])
    let tags = (0..<cards).map { Self.tag(0x1000_0000 + $0) }
    let lines = (operators + tags).map { tag in "https://festival.test/qr/\(EntityID.random()),\(tag),\(tag)" }
    _ = try await administration.importCards(
      try CardFile(lines.joined(separator: "\n") + "\n"), place: names[0], generation: 1)
    for (name, tag) in zip(names, operators) { _ = try await administration.setPrimary(tag: tag, place: name) }
    return ["asset": JSON(asset.uuid.text), "places": .array(places), "cards": .array(tags.map { JSON($0) })]
  }

  private static func tag(_ number: Int) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
