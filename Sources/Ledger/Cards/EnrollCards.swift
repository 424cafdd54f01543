import FedowProtocol
import Model
import Rules
import Signing

/// `POST /v1/cards/enroll/`: a place's new cards, all or none; what is not printed on them yet is made.
public struct EnrollCards: LedgerCommand {
  let changer: CardChanger
  let body: JSON

  /// The most cards in one request.
  public static let limit = 1000

  /// Enrols the cards of this body for the place that asks.
  public init(by changer: CardChanger, body: JSON) {
    self.changer = changer
    self.body = body
  }

  /// 201 with the cards.
  /// - Throws: `Refusal` with `card_exists` or `alias_collision`, which name both cards, `uid_malformed` or `random_uid`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once("enroll", changer, body) { request in
      guard let place = request.reader else { throw Refusal(.forbidden) }
      guard let generation = request.body.value("generation")?.int64, generation >= 0 else {
        throw Refusal(.requestMalformed, "generation is a whole number of at least 0.")
      }
      guard let items = request.body.value("cards")?.elements, (1...Self.limit).contains(items.count) else {
        throw Refusal(.requestMalformed, "cards is a list of 1 to \(Self.limit) cards.")
      }
      var sheets: [JSON] = []
      for item in items {
        let card = try read(item, generation: generation, ledger: ledger)
        try ledger.books.insertCard(card, origin: place, at: ledger.now)
        guard let made = try ledger.books.card(card.uuid) else { throw Refusal(.ledgerBroken) }
        try ledger.note("card_enrolled", made, request, [("generation", JSON(generation))])
        sheets.append(try ledger.sheet(card.uuid, for: request))
      }
      return Answer(status: 201, ["cards": .array(sheets)])
    }
  }

  private func read(_ item: JSON, generation: Int64, ledger: LedgerWriter) throws -> Books.NewCard {
    let item = try NativeBody(item)
    let written = try item.text("uid", atMost: 40).filter { !" :-.".contains($0) }
    let uid = try TagUID(hex: written)
    guard !uid.isRandom else { throw Refusal(.uidRandom) }
    let number = try item.optionalText("number_printed", atMost: 8)?.uppercased()
    guard number?.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) ?? true, number?.isEmpty != true else {
      throw Refusal(.requestMalformed, "number_printed is 1 to 8 letters and digits.")
    }
    let qrcode = try item.id("qrcode")
    try ledger.checkIsNew(uid, number: number, qrcode: qrcode)
    return Books.NewCard(
      uuid: ledger.newID(), firstTagID: uid.firstTagID, fullUID: uid.bytes.count == 4 ? nil : uid.description,
      completeTagID: nil, qrcode: qrcode ?? ledger.newID(), numberPrinted: try number ?? ledger.newNumber(),
      generation: generation)
  }
}

extension LedgerWriter {
  /// A number to print that no card has.
  fileprivate func newNumber() throws -> String {
    while true {
      let number = newID().text.prefix(8).uppercased()
      if try books.card(numberPrinted: number) == nil { return number }
    }
  }

  /// - Throws: `Refusal` with `card_exists` or `alias_collision`, naming both cards.
  fileprivate func checkIsNew(_ uid: TagUID, number: String?, qrcode: EntityID?) throws {
    if let other = try books.card(tag: uid.firstTagID) { throw try books.clash(of: uid, with: other) }
    if let number, let other = try books.card(numberPrinted: number) {
      throw Refusal(.cardExists, "Number \(number) of card \(uid) is already that of card \(other.firstTagID).")
    }
    if let qrcode, let other = try books.card(qrcode: qrcode) {
      throw Refusal(
        .cardExists,
        "The QR code of card \(uid) is already that of card \(other.firstTagID) (number \(other.numberPrinted)).")
    }
  }
}

extension Books {
  /// Why a card cannot be made beside one that has its tag: it is the same, or another that would be taken for it.
  func clash(of uid: TagUID, with other: Card) throws -> Refusal {
    let known = try record(of: other.uuid).fullUID
    if let known, uid.bytes.count > 4, known != uid.description {
      return Refusal(
        .aliasCollision,
        "Cards \(uid) and \(known) (number \(other.numberPrinted)) both have the tag \(uid.firstTagID); "
          + "only one of them can be used.")
    }
    return Refusal(
      .cardExists, "Card \(uid) is known already: tag \(other.firstTagID), number \(other.numberPrinted).")
  }
}
