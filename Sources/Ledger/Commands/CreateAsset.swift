import FedowProtocol
import Model
import Rules

/// `POST /asset/`: a place's new asset and the first block of its chain.
public struct CreateAsset: LedgerCommand {
  let place: EntityID
  let body: JSON
  let categories: Set<AssetCategory>

  /// The kinds that a place may issue; the federated asset is the server's.
  public static let ofPlaces = Set(AssetCategory.allCases).subtracting([.federated])

  /// Creates the asset of this body for this place, when its kind is among these.
  public init(place: EntityID, body: JSON, categories: Set<AssetCategory> = CreateAsset.ofPlaces) {
    self.place = place
    self.body = body
    self.categories = categories
  }

  /// 201 with the asset.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    var fields = try RequestFields(body)
    let uuid = fields.id("uuid", isRequired: false) ?? ledger.newID()
    let name = fields.text("name", atMost: 100)
    let code = fields.text("currency_code", atMost: 3)
    let word = fields.text("category", atMost: 3)
    let createdAt = fields.time("created_at")
    let category = word.flatMap { AssetCategory(rawValue: $0) }
    if let word, category.map(categories.contains) != true {
      fields.refuse("category", "«\u{A0}\(word)\u{A0}» n'est pas un choix valide.")
    }
    if let name, try ledger.books.asset(named: name) != nil { fields.refuse("name", "Asset already exists") }
    if try ledger.books.asset(uuid) != nil { fields.refuse("uuid", "Asset already exists") }
    try fields.check()
    guard let name, let code, let category else { throw Refusal(.requestMalformed) }
    let asset = Books.Asset(
      uuid: uuid, name: name, currencyCode: code.uppercased(), category: category, origin: place.uuid,
      issuerWallet: place.wallet, isArchived: false, createdAt: min(createdAt ?? ledger.now, ledger.now),
      lastUpdate: ledger.now)
    try ledger.establish(asset)
    return Answer(status: 201, try ledger.books.assetAnswer(asset).json)
  }
}

extension LedgerWriter {
  /// Writes the asset down and starts its chain, at the asset's own date of creation.
  func establish(_ asset: Books.Asset) throws {
    try books.insertAsset(asset)
    let first = Posting(
      action: .firstBlock, sender: asset.issuerWallet, receiver: asset.issuerWallet, terms: asset.terms,
      amount: .zero)
    try post(first, PostingDetails(datetime: asset.createdAt))
  }
}
