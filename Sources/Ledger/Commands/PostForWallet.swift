import FedowProtocol
import Model
import Rules

/// The transactions that a ticketing server posts together with the wallet of a person: both have signed (KW).
public struct PostForWallet: LedgerCommand {
  let kind: Kind
  let place: EntityID
  let signer: EntityID
  let body: JSON

  /// Which of the calls.
  public enum Kind: Sendable {
    /// `POST /transaction/create_membership/`
    case membership
    /// `POST /transaction/refill_from_lespass_to_user_wallet/`
    case refill
    /// `POST /transaction/qrcodescanpay/`
    case qrCodeSale
  }

  /// Posts what this body asks for, for this place and this signer.
  public init(_ kind: Kind, place: EntityID, signer: EntityID, body: JSON) {
    self.kind = kind
    self.place = place
    self.signer = signer
    self.body = body
  }

  /// 201 with the transaction; for a sale by QR code with a list of them.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    var fields = try RequestFields(body)
    let amount = fields.amount("amount")
    let sender = fields.id("sender")
    let receiver = fields.id("receiver")
    let comment = fields.text("comment", atMost: 1000, isRequired: false)
    let start = fields.time("subscription_start_datetime")
    let details = PostingDetails(
      comment: comment, metadata: body["metadata"] ?? .null, subscriptionStart: kind == .membership ? start : nil)
    let isSale = kind == .qrCodeSale
    let asset = isSale ? nil : try fields.reference("asset") { try ledger.books.asset($0) }
    let type = isSale ? fields.text("asset_type", atMost: 5) : nil
    if let type, !["EURO", "GIFT"].contains(type) {
      fields.refuse("asset_type", "«\u{A0}\(type)\u{A0}» n'est pas un choix valide.")
    }
    try fields.check()
    guard let amount else { throw Refusal(.requestMalformed) }
    guard sender == (isSale ? signer : place.wallet), receiver == (isSale ? place.wallet : signer) else {
      throw Rejection("No action authorized")
    }
    if let type {
      guard amount > .zero else { throw Rejection(field: "amount", "Amount must be positive") }
      let posted = try ledger.post(
        try parts(of: amount, gift: type == "GIFT", place: place, books: ledger.books), details)
      return Answer(status: 201, .array(posted.map { $0.answer.json(card: .null) }))
    }
    guard let asset, try ledger.books.accepts(asset, at: place) else { throw Rejection("Asset not accepted") }
    let posted = try ledger.post(try postings(asset, amount: amount, place: place), details)
    guard let last = posted.last else { throw Refusal(.requestMalformed) }
    if kind == .refill { try ledger.books.noteMeans(of: last, at: place.uuid) }
    return Answer(status: 201, last.answer.json(card: .null))
  }

  private func postings(_ asset: Books.Asset, amount: Amount, place: Books.Place) throws -> [Posting] {
    guard (asset.category == .membership) == (kind == .membership), asset.category != .badge else {
      throw Rejection("No action authorized")
    }
    if kind == .membership {
      return [
        Posting(action: .membership, sender: place.wallet, receiver: signer, terms: asset.terms, amount: amount)
      ]
    }
    return try PostingRules.refill(terms: asset.terms, from: place.wallet, to: signer, amount: amount)
  }

  /// Takes the amount from what the place accepts, in the tills' order: own money, federated, then other places'.
  private func parts(of amount: Amount, gift: Bool, place: Books.Place, books: Books) throws -> [Posting] {
    let rank = { (asset: Books.Asset) in
      asset.issuerWallet == place.wallet ? 0 : asset.category == .federated ? 1 : 2
    }
    let assets = try books.acceptedAssets(of: place).filter {
      gift ? $0.category == .gift : $0.category == .localFiat || $0.category == .federated
    }
    var missing = amount.minorUnits
    var postings: [Posting] = []
    var leftForWantOfRoom: Int64 = 0
    for asset in assets.sorted(by: { rank($0) < rank($1) }) where missing > 0 {
      let there = min(missing, try books.balance(of: asset.uuid, in: signer) ?? 0)
      let taken = min(there, try books.room(for: asset, at: place) ?? there)
      leftForWantOfRoom = leftForWantOfRoom.saturatingSum(there - taken)
      guard taken > 0 else { continue }
      missing -= taken
      postings.append(
        Posting(
          action: .qrCodeSale, sender: signer, receiver: place.wallet, terms: asset.terms,
          amount: Amount(minorUnits: taken)))
    }
    guard missing == 0 else {
      throw leftForWantOfRoom >= missing
        ? Rejection.readByTills(Refusal(.overCeiling)) : Rejection("Not enough token on sender wallet")
    }
    return postings
  }
}

/// `GET /wallet/{asset}/badge/`: a person badges without a card.
public struct BadgeWallet: LedgerCommand {
  let place: EntityID
  let signer: EntityID
  let asset: String

  /// Badges the signer with this asset at this place.
  public init(place: EntityID, signer: EntityID, asset: String) {
    self.place = place
    self.signer = signer
    self.asset = asset
  }

  /// 201 with the transaction.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    guard let asset = try EntityID(asset).flatMap({ try ledger.books.asset($0) }), asset.category == .badge,
      try ledger.books.accepts(asset, at: place)
    else { throw Rejection.noSuch("Asset") }
    let posted = try ledger.post(
      Posting(action: .badge, sender: signer, receiver: place.wallet, terms: asset.terms, amount: .zero))
    return Answer(status: 201, posted.answer.json(card: .null))
  }
}

/// `GET /asset/{uuid}/archive_asset/`: the issuer retires its asset.
public struct ArchiveAsset: LedgerCommand {
  let place: EntityID
  let asset: String

  /// Retires this asset for this place.
  public init(place: EntityID, asset: String) {
    self.place = place
    self.asset = asset
  }

  /// 200, or 403 when it is another's.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    guard let asset = try EntityID(asset).flatMap({ try ledger.books.asset($0) }) else {
      throw Rejection.noSuch("Asset")
    }
    guard asset.issuerWallet == place.wallet else { throw Rejection(status: 403, "FORBIDDEN") }
    try ledger.books.archive(asset: asset.uuid, at: ledger.now)
    return Answer("ARCHIVED")
  }
}
