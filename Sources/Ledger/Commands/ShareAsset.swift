import FedowProtocol
import Model

/// `POST /federation/`: a place shares one of its assets with another, in a federation of this name.
///
/// Who shares an asset promises to redeem it, so the signer must administer the place that issues it.
public struct ShareAsset: LedgerCommand {
  let place: EntityID
  let signer: EntityID
  let body: JSON

  /// Shares what this body says, for this place, asked for by this wallet.
  public init(place: EntityID, signer: EntityID, body: JSON) {
    self.place = place
    self.signer = signer
    self.body = body
  }

  /// The federation.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    _ = try ledger.caller(place)
    let books = ledger.books
    var fields = try RequestFields(body)
    let origin = try fields.reference("place_origin") { try books.place($0) }
    let added = try fields.reference("place_added") { try books.place($0) }
    let asset = try fields.reference("asset") { try books.asset($0) }
    let name = fields.text("name", atMost: 100)
    if let origin, let asset, asset.origin != origin.uuid {
      fields.refuse("asset", "Place origin and asset do not match")
    }
    try fields.check()
    guard let origin, let added, let asset, let name else { throw Refusal(.requestMalformed) }
    guard let user = try books.user(wallet: signer), try books.isAdmin(user: user.uuid, of: origin.uuid) else {
      throw Rejection.forbidden
    }
    let known = try books.federation(named: name)
    let federation = known ?? ledger.newID()
    if known == nil {
      try books.insertFederation(federation, name: name, at: ledger.now)
    } else if try !books.federations(of: origin.uuid).contains(federation) {
      throw Rejection(field: "name", "Un objet federation avec ce champ name existe déjà.")
    }
    for place in [origin, added] { try books.add(place: place.uuid, to: federation) }
    try books.add(asset: asset.uuid, to: federation)
    return Answer(try books.federationAnswer(federation).json)
  }
}
