import FedowProtocol
import Model

/// What anyone may see of the ledger: who takes part and how much money there is; no card, no person, no place's takings.
public struct Overview: Sendable {
  /// The server's name.
  public let serverName: String
  /// The places' names, in alphabetical order.
  public let places: [String]
  /// The assets that are not retired, the oldest first.
  public let assets: [Asset]
  /// What stands behind the federated money; nil when there is none.
  public let primary: PrimaryStanding?
  /// How many transactions were ever posted.
  public let transactions: Int64
  /// When the last was.
  public let lastPosted: LedgerTime?

  /// An asset and how much of it there is.
  public struct Asset: Sendable {
    /// Its name.
    public let name: String
    /// At most three letters.
    public let currencyCode: String
    /// Its kind.
    public let category: AssetCategory
    /// The place that issues it; nil for the server's own.
    public let issuer: String?
    /// All of it, in minor units.
    public let total: Int64
    /// How much of that places hold.
    public let inPlaces: Int64
  }
}

extension LedgerQueries {
  /// The ledger at a glance.
  public func overview() async throws -> Overview {
    try await store.read { books in
      let assets = try books.assets().filter { !$0.isArchived }.map { asset in
        let totals = try books.totals(of: asset.uuid)
        return Overview.Asset(
          name: asset.name, currencyCode: asset.currencyCode, category: asset.category,
          issuer: try asset.origin.flatMap { try books.place($0)?.name }, total: totals.everywhere,
          inPlaces: totals.inAllPlaces)
      }
      let last = try books.lastSequence()
      return Overview(
        serverName: try books.setting(.serverName) ?? "Fedow",
        places: try books.places().filter { !$0.isDisabled }.map(\.name).sorted(), assets: assets,
        primary: try books.federatedAsset() == nil ? nil : books.primaryStanding(), transactions: last,
        lastPosted: try books.transaction(sequence: last)?.entry.datetime)
    }
  }
}
