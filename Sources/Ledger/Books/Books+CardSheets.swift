import FedowProtocol
import GRDB
import Model
import Rules

extension Books {
  /// A card as operators and holders read it.
  /// - Parameter reader: the place that reads; nil: its holder, or the ledger's operator.
  func sheet(_ card: Card, reader: EntityID?, now: LedgerTime) throws -> JSON {
    let record = try record(of: card.uuid)
    let standing = try standing(of: card)
    let actsHere = try reader.map { try !card.isBlocked && isPrimary(card: card.uuid, at: $0, now: now) } ?? false
    let number = { (id: EntityID?) in JSON(try id.flatMap { try self.card($0) }?.numberPrinted) }
    return [
      "card": JSON(card.uuid.text), "tag": JSON(card.firstTagID), "uid": JSON(record.fullUID),
      "number_printed": JSON(card.numberPrinted), "qrcode": JSON(card.qrcode.text),
      "generation": JSON(card.generation), "origin_place": JSON(card.origin.text),
      "origin_name": JSON(try place(card.origin)?.name), "state": JSON(standing.word),
      "wallet": JSON(card.wallet?.text), "is_ephemeral": .bool(card.user == nil), "email": JSON(try email(of: card)),
      "email_pending": JSON(card.user == nil ? try emailOfOffer(of: card.uuid) : nil),
      "is_primary": .bool(actsHere), "replaced_by": try number(card.replacedBy),
      "replaces": try number(record.replaces), "blocked_at": JSON(record.block?.at?.wire),
      "blocked_by": JSON(try record.block?.by.map { try name(of: $0) }),
      "limits": [
        "per_tap": card.limits.perTap.map { JSON($0) } ?? .null,
        "per_day": card.limits.perDay.map { JSON($0) } ?? .null,
      ],
    ]
  }

  private func email(of card: Card) throws -> String? {
    guard let user = card.user else { return nil }
    return try row("SELECT email FROM users WHERE uuid = ?", [user.text])?["email"]
  }

  private func name(of actor: CardActor) throws -> String {
    guard case .place(let place) = actor else { return actor.stored }
    return try self.place(place)?.name ?? place.text
  }

  /// The cards of a wallet, and those that were taken from it as lost.
  func ownCards(of wallet: EntityID) throws -> [Card] {
    try cards(where: "(wallet = ?1 AND user IS NOT NULL) OR lost_from = ?1", [wallet.text])
  }
}

extension CardLife {
  /// The word for it on a sheet.
  var word: String {
    if isReplaced { return "replaced" }
    if isBlocked { return "blocked" }
    return isUnsettled ? "unsettled" : isUsed ? "usable" : "unused"
  }
}
