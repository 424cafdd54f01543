import FedowProtocol
import Model
import Rules
import TestKit

@testable import Ledger

/// What happens in a month, at random: the till of any place, any card, any person.
struct FederationMonth {
  let stand: FederationStand
  var random: SeededGenerator
  var tally = FederationTally()
  private var debits: [(place: Books.Place, id: EntityID)] = []

  init(seed: UInt64) async throws {
    stand = try await FederationStand()
    random = SeededGenerator(seed: seed)
  }

  mutating func any<Value>(_ values: [Value]) throws -> Value {
    guard let value = values.randomElement(using: &random) else { throw Refusal(.notFound) }
    return value
  }

  mutating func isLikely(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  /// Some of what clients ask for at about the same time; none of it waits for another's answer.
  mutating func crowd(_ count: Int) async throws -> [FederationDeed] {
    var deeds: [FederationDeed] = []
    while deeds.count < count {
      if let deed = try await deed() { deeds.append(deed) }
    }
    return deeds
  }

  private mutating func deed() async throws -> FederationDeed? {
    let (place, tag) = (try any(stand.places), try any(stand.tags))
    switch Int.random(in: 0..<40, using: &random) {
    case 0..<12: return try await refill(tag, at: place)
    case 12..<24: return try await debit(tag, at: place)
    case 24, 25: return try await sale(tag, at: place)
    case 26, 27: return try qrCodeSale(at: place)
    case 28, 29: return try await payIn(tag)
    case 30: return try membership()
    case 31: return try badge(tag)
    case 32: return refund(tag, at: place)
    case 33: return try void()
    case 34: return try deposit()
    case 35: return try await payOut(at: place)
    case 36: return lost(tag, at: place)
    case 37: return try await link(tag)
    default: return try await refill(tag, at: place)
    }
  }

  // MARK: Money comes and goes

  private mutating func refill(_ tag: String, at place: Books.Place) async throws -> FederationDeed {
    let asset = try any(stand.issued(by: place, [.localFiat, .gift, .time, .loyalty]))
    let amount = Int64.random(in: 1...5_000, using: &random)
    let body = till(amount, from: place.wallet, to: try await wallet(tag), tag, asset, at: place)
    return FederationDeed(
      PostTransaction(place: place.uuid, body: body), .issues(asset.uuid, amount))
  }

  /// What the primary wallet posts for a payment at Stripe: it creates what it gives, and gives it.
  private mutating func payIn(_ tag: String) async throws -> FederationDeed {
    let wallet = isLikely(50) ? try await wallet(tag) : try any(stand.people)
    let amount = Int64.random(in: 100...10_000, using: &random)
    return try payIn(amount, to: wallet)
  }

  func payIn(_ amount: Int64, to wallet: EntityID) throws -> FederationDeed {
    FederationDeed(PayIn(amount: amount, wallet: wallet), .paysIn(stand.federated.uuid, amount))
  }

  /// A place hands primary tokens in and is paid euros for them.
  private mutating func payOut(at place: Books.Place) async throws -> FederationDeed? {
    let held = try await stand.store.read { [stand] in
      try $0.balance(of: stand.federated.uuid, in: place.wallet) ?? 0
    }
    guard held > 0 else { return nil }
    let amount = Int64.random(in: 1...held, using: &random)
    return FederationDeed(PayOut(amount: amount, place: place.uuid), .paysOut(stand.federated.uuid, amount))
  }

  private mutating func membership() throws -> FederationDeed {
    let (asset, person) = (
      try any(stand.assets.filter { $0.category == .membership }), try any(stand.people)
    )
    guard let place = stand.places.first(where: { $0.wallet == asset.issuerWallet }) else {
      throw Refusal(.notFound)
    }
    let amount = Int64.random(in: 0...2_000, using: &random)
    let body: JSON = [
      "amount": JSON(amount), "sender": JSON(place.wallet.text), "receiver": JSON(person.text),
      "asset": JSON(asset.uuid.text),
    ]
    return FederationDeed(
      PostForWallet(.membership, place: place.uuid, signer: person, body: body),
      .issues(asset.uuid, amount))
  }

  private func refund(_ tag: String, at place: Books.Place) -> FederationDeed {
    let body: JSON = [
      "user_card_firstTagId": JSON(tag),
      "primary_card_fisrtTagId": JSON(stand.operators[place.uuid]), "action": "RFD",
    ]
    return FederationDeed(
      RefundCard(place: place.uuid, body: body), .refunds(federated: stand.federated.uuid))
  }

  private mutating func deposit() throws -> FederationDeed {
    let (issuer, holder) = (try any(stand.places), try any(stand.places))
    guard let asset = stand.issued(by: issuer, [.localFiat]).first else { throw Refusal(.notFound) }
    let body: JSON = [
      "wallet_to_deposit": JSON(holder.wallet.text), "asset": JSON(asset.uuid.text),
    ]
    return FederationDeed(DepositInBank(place: issuer.uuid, body: body), .deposits(asset.uuid))
  }

  // MARK: Money moves

  private mutating func debit(_ tag: String, at place: Books.Place) async throws -> FederationDeed? {
    let parts = try await taking(from: tag).map { asset, amount -> JSON in
      ["asset": JSON(asset.text), "amount": JSON(amount)]
    }
    guard !parts.isEmpty else { return nil }
    let id = EntityID.random()
    debits.append((place, id))
    let request = try DebitRequest(["id": JSON(id.text), "card": JSON(tag), "parts": .array(parts)])
    return FederationDeed(
      PostDebit(place: place.uuid, device: stand.kiosks[place.uuid], debit: request))
  }

  private mutating func sale(_ tag: String, at place: Books.Place) async throws -> FederationDeed? {
    guard let (id, amount) = try await taking(from: tag).first,
      let asset = stand.assets.first(where: { $0.uuid == id })
    else { return nil }
    let body = till(amount, from: try await wallet(tag), to: place.wallet, tag, asset, at: place)
    return FederationDeed(PostTransaction(place: place.uuid, body: body))
  }

  private mutating func qrCodeSale(at place: Books.Place) throws -> FederationDeed {
    let person = try any(stand.people)
    let body: JSON = [
      "amount": JSON(Int64.random(in: 1...900, using: &random)), "sender": JSON(person.text),
      "receiver": JSON(place.wallet.text), "asset_type": JSON(try any(["EURO", "EURO", "GIFT"])),
    ]
    return FederationDeed(PostForWallet(.qrCodeSale, place: place.uuid, signer: person, body: body))
  }

  private mutating func badge(_ tag: String) throws -> FederationDeed {
    let asset = try any(stand.assets.filter { $0.category == .badge })
    guard let place = stand.places.first(where: { $0.wallet == asset.issuerWallet }) else {
      throw Refusal(.notFound)
    }
    let body: JSON = [
      "first_tag_id": JSON(tag), "primary_card_firstTagId": JSON(stand.operators[place.uuid]),
      "asset": JSON(asset.uuid.text),
    ]
    return FederationDeed(BadgeCard(place: place.uuid, body: body))
  }

  private mutating func void() throws -> FederationDeed? {
    guard let debit = debits.last else { return nil }
    return FederationDeed(
      VoidDebit(
        place: debit.place.uuid, device: stand.kiosks[debit.place.uuid], debit: debit.id,
        body: ["id": JSON(EntityID.random().text)]))
  }

  // MARK: Cards and places

  private mutating func lost(_ tag: String, at place: Books.Place) -> FederationDeed {
    let changer = CardChanger.place(place.uuid, device: stand.kiosks[place.uuid])
    let body: JSON = [
      "id": JSON(EntityID.random().text), "operator_card": JSON(stand.operators[place.uuid]),
    ]
    return FederationDeed(
      isLikely(40)
        ? BlockCard.lost(tag, by: changer, body: body)
        : BlockCard.unblock(tag, by: changer, body: body))
  }

  private mutating func link(_ tag: String) async throws -> FederationDeed {
    let person = try any(stand.people)
    let number = try await stand.store.read { try $0.card(tag: tag)?.numberPrinted }
    return FederationDeed(
      LinkCard(
        signer: person, body: ["wallet": JSON(person.text), "card_number": JSON(number)],
        card: .number))
  }

  /// A place says anew what it takes. By itself: what holds for a sale at the same instant would be anyone's guess.
  mutating func acceptance() throws -> FederationDeed {
    let place = try any(stand.places)
    let others = stand.assets.filter {
      $0.issuerWallet != place.wallet && $0.category != .federated
    }
    let named = try (0..<2).map { _ -> JSON in
      let ceiling: JSON = isLikely(60) ? JSON(Int64.random(in: 100...2_000, using: &random)) : .null
      let isAccepted = isLikely(85)
      return [
        "asset": JSON(try any(others).uuid.text), "is_accepted": .bool(isAccepted),
        "ceiling": isAccepted ? ceiling : .null,
      ]
    }
    let unnamed: JSON = isLikely(4) ? "refused" : isLikely(10) ? "accepted" : .null
    return FederationDeed(
      SetAcceptance(
        place: place.uuid, device: nil, body: ["unnamed": unnamed, "assets": .array(named)]))
  }

  // MARK: What is asked for

  /// Up to three balances of a card, and of each a part, or now and then more than there is.
  private mutating func taking(from tag: String) async throws -> [(EntityID, Int64)] {
    let wallet = try await wallet(tag)
    let held = try await stand.store.read { books in
      try books.storedTokens(in: wallet).filter { $0.balance > 0 }
    }
    let some = held.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
    return some.map { token in
      (
        token.asset,
        Int64.random(in: 1...(isLikely(90) ? token.balance : token.balance * 2), using: &random)
      )
    }
  }

  private func wallet(_ tag: String) async throws -> EntityID {
    let wallet = try await stand.store.read { try $0.card(tag: tag)?.wallet }
    guard let wallet else { throw Refusal(.cardUnknown) }
    return wallet
  }

  private func till(
    _ amount: Int64, from sender: EntityID, to receiver: EntityID, _ tag: String,
    _ asset: Books.Asset,
    at place: Books.Place
  ) -> JSON {
    [
      "amount": JSON(amount), "sender": JSON(sender.text), "receiver": JSON(receiver.text),
      "asset": JSON(asset.uuid.text), "metadata": .null, "user_card_firstTagId": JSON(tag),
      "primary_card_fisrtTagId": JSON(stand.operators[place.uuid]),
    ]
  }
}
