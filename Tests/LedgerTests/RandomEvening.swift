import FedowProtocol
import Model
import Rules
import TestKit

@testable import Ledger

/// A federation of two places on which anything may be tried, sensible or not.
struct RandomEvening {
  let ledger: LedgerFixture
  private let places: [Books.Place]
  private let assets: [Books.Asset]
  private let people: [EntityID]
  private var random: SeededGenerator

  private static let tags = [LedgerFixture.operatorTag, LedgerFixture.tag, LedgerFixture.otherTag, "AABBCCDD"]

  init(seed: UInt64) async throws {
    ledger = try await LedgerFixture()
    random = SeededGenerator(seed: seed)
    let administration = Administration(store: ledger.store)
    let cafe = try await administration.createPlace(name: "Cafe").place
    for (name, category) in [("Member", AssetCategory.membership), ("Here", .badge), ("Hours", .time)] {
      _ = try await administration.createAsset(place: "Bar du Port", name: name, currency: "XXX", category: category)
    }
    _ = try await administration.createAsset(place: "Cafe", name: "Euro du Cafe", currency: "EUC", category: .localFiat)
    _ = try await administration.createFederation(
      name: "Quay", places: ["Bar du Port", "Cafe"], assets: ["Euro du Bar", "Euro du Cafe", "Cadeau", "Member"])
    let card = EntityID.random()
    _ = try await administration.importCards(
      try CardFile("https://x.test/qr/\(card),\(card.text.prefix(8)),AABBCCDD"), place: "Cafe", generation: 1)
    for place in ["Bar du Port", "Cafe"] {
      _ = try await administration.setPrimary(tag: LedgerFixture.operatorTag, place: place)
    }
    let people = [EntityID.random(), EntityID.random()]
    try await ledger.store.write { books in
      for (number, wallet) in people.enumerated() {
        let now = LedgerTime(microseconds: 1)
        try books.insertWallet(wallet, at: now)
        try books.insertUser(EntityID.random(), email: "\(number)@x.test", wallet: wallet, at: now)
      }
    }
    self.people = people
    places = [ledger.place, cafe]
    assets = try await ledger.store.read { try $0.assets() }
  }

  private mutating func any<Value>(_ values: [Value]) throws -> Value {
    guard let value = values.randomElement(using: &random) else { throw Refusal(.notFound) }
    return value
  }

  /// Something that a client might ask for.
  mutating func command() async throws -> any LedgerCommand {
    let (place, asset, person, tag) = (try any(places), try any(assets), try any(people), try any(Self.tags))
    let amount = Int64.random(in: -1...60, using: &random)
    switch Int.random(in: 0..<16, using: &random) {
    case 0...2: return PostTransaction(place: place.uuid, body: try await refill(asset, amount, tag, at: place))
    case 3, 4: return PostTransaction(place: place.uuid, body: try await sale(asset, amount, tag, at: place))
    case 5:
      let kind: PostForWallet.Kind = try any([.qrCodeSale, .membership, .refill])
      return PostForWallet(
        kind, place: place.uuid, signer: person, body: try body(kind, asset, amount, person, at: place))
    case 6: return BadgeWallet(place: place.uuid, signer: person, asset: asset.uuid.text)
    case 7: return BadgeCard(place: place.uuid, body: badge(asset, tag))
    case 8:
      let action = try any(["RFD", "VID"])
      return RefundCard(place: place.uuid, body: refund(action, tag))
    case 9:
      let number = try await ledger.store.read { try $0.card(tag: tag)?.numberPrinted }
      return LinkCard(
        signer: person, body: ["wallet": JSON(person.text), "card_number": JSON(number)], card: .number)
    case 10:
      return DepositInBank(
        place: place.uuid,
        body: ["wallet_to_deposit": JSON(try any(places).wallet.text), "asset": JSON(asset.uuid.text)])
    default: return try await postings(asset, amount, tag)
    }
  }

  /// Postings that no call of a client makes by itself, several of which may fail in the middle.
  private mutating func postings(_ asset: Books.Asset, _ amount: Int64, _ tag: String) async throws -> PostAll {
    let primary = try await ledger.store.read { try $0.primaryWallet() }
    let wallets = people + places.map(\.wallet) + [primary, try await ledger.wallet(tag)]
    let actions: [TransactionAction] = [.transfer, .correction, .void, .creation, .refill, .sale, .membership]
    var postings: [Posting] = []
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let action = try any(actions)
      // Who issues it is often the sender, or nothing would ever be created.
      let sender = action == .creation || action == .refill ? asset.issuerWallet : try any(wallets)
      postings.append(
        Posting(
          action: action, sender: sender, receiver: action == .creation ? sender : try any(wallets),
          terms: asset.terms, amount: Amount(minorUnits: action == .void ? 0 : amount)))
    }
    return PostAll(postings: postings)
  }

  private func refill(_ asset: Books.Asset, _ amount: Int64, _ tag: String, at place: Books.Place) async throws -> JSON
  {
    ledger.body(amount, from: place.wallet, to: try await ledger.wallet(tag), tag: tag, asset: asset)
  }

  private func sale(_ asset: Books.Asset, _ amount: Int64, _ tag: String, at place: Books.Place) async throws -> JSON {
    ledger.body(amount, from: try await ledger.wallet(tag), to: place.wallet, tag: tag, asset: asset)
  }

  private mutating func body(
    _ kind: PostForWallet.Kind, _ asset: Books.Asset, _ amount: Int64, _ person: EntityID, at place: Books.Place
  ) throws -> JSON {
    let isSale = kind == .qrCodeSale
    return [
      "amount": JSON(amount), "sender": JSON((isSale ? person : place.wallet).text),
      "receiver": JSON((isSale ? place.wallet : person).text), "asset": JSON(asset.uuid.text),
      "asset_type": JSON(try any(["EURO", "GIFT"])), "comment": "x", "metadata": ["n": 1],
    ]
  }

  private func badge(_ asset: Books.Asset, _ tag: String) -> JSON {
    [
      "first_tag_id": JSON(tag), "primary_card_firstTagId": JSON(LedgerFixture.operatorTag),
      "asset": JSON(asset.uuid.text),
    ]
  }

  private func refund(_ action: String, _ tag: String) -> JSON {
    [
      "user_card_firstTagId": JSON(tag), "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag),
      "action": JSON(action),
    ]
  }
}

/// Posts several, all or nothing.
struct PostAll: LedgerCommand {
  let postings: [Posting]

  func perform(_ ledger: LedgerWriter) throws -> Answer {
    _ = try ledger.post(postings, PostingDetails())
    return Answer("OK")
  }
}
