import FedowProtocol
import GRDB
import Model
import Signing

extension Books {
  /// The cards that a text names, in whichever way: tag, full UID, printed number, QR code or its address, or the address
  /// of a person. Several where it is ambiguous.
  func cards(named text: String) throws -> [Card] {
    let text = text.trimmed
    guard !text.isEmpty, text.utf8.count <= 1000 else { return [] }
    if let rest = text.rest(after: "/qr/") {
      return try EntityID(String(rest.prefix { $0 != "/" })).map { try cards(qrcode: $0) } ?? []
    }
    if text.contains("@") { return try user(email: text.lowercased()).map { try ownCards(of: $0.wallet) } ?? [] }
    if let id = EntityID(text) { return try cards(qrcode: id) }
    let bare = text.filter { !" :-.".contains($0) }.uppercased()
    let uid = try? TagUID(hex: bare)
    // A card that was imported by its tag alone has no full UID to compare.
    return try cards(
      where: "first_tag_id = ?1 AND (?2 IS NULL OR full_uid IS NULL) OR full_uid = ?2 OR number_printed IN (?3, ?4)",
      [uid?.firstTagID, uid.flatMap { $0.bytes.count > 4 ? $0.description : nil }, text, bare])
  }

  private func cards(qrcode: EntityID) throws -> [Card] { try cards(where: "qrcode = ?", [qrcode.text]) }

  /// The one card that an operator on the server means.
  /// - Throws: `Refusal` with `unknown_card`, or with `request_malformed` when there are several.
  func onlyCard(named text: String) throws -> Card {
    let found = try cards(named: text)
    guard let card = found.first else {
      throw Refusal(.cardUnknown, "No card is known by '\(text)'. Import it first: ledgerd card import")
    }
    guard found.count == 1 else {
      let tags = found.map { "\($0.firstTagID) (number \($0.numberPrinted))" }.joined(separator: ", ")
      throw Refusal(.requestMalformed, "'\(text)' names several cards: \(tags). Give the tag.")
    }
    return card
  }
}
