import FedowProtocol
import GRDB
import Model

/// Which cards an operator wants to see; what is nil does not matter.
public struct CardFilter: Sendable {
  /// The place that issued them: name or uuid.
  public var place: String?
  /// Their batch.
  public var generation: Int64?
  /// The tag id or the full UID, in either case.
  public var tag: String?
  /// The number printed on it, in either case.
  public var number: String?
  /// Whether they were reported lost.
  public var isBlocked: Bool?
  /// Whether they belong to a person.
  public var isLinked: Bool?

  /// Every card.
  public init() {}
}

extension Books {
  /// A card with what an operator reads beside it.
  public struct ListedCard: Sendable {
    /// The card.
    public let card: Card
    /// The name of the place that issued it.
    public let originName: String
    /// The full UID, when it is longer than the tag id and known.
    public let fullUID: String?
    /// The names of the places where it is an operator's card.
    public let primaryAt: [String]

    /// One object, as `card list --json` prints it.
    public var json: JSON {
      [
        "uuid": JSON(card.uuid.text), "first_tag_id": JSON(card.firstTagID), "full_uid": JSON(fullUID),
        "number_printed": JSON(card.numberPrinted), "qrcode_uuid": JSON(card.qrcode.text),
        "origin": JSON(originName), "generation": JSON(card.generation), "wallet": JSON(card.wallet?.text),
        "is_linked": .bool(card.user != nil), "is_blocked": .bool(card.isBlocked), "unsettled": JSON(card.unsettled),
        "primary_at": .array(primaryAt.map { JSON($0) }),
      ]
    }
  }

  /// The cards that pass the filter, in the order in which they were made, one after the other.
  /// - Throws: `Refusal` with `not_found` for an unknown place; what `body` throws.
  func cards(_ filter: CardFilter, _ body: (ListedCard) throws -> Void) throws {
    let place = try filter.place.map { try existingPlace($0).uuid.text }
    let cursor = try Row.fetchCursor(
      database,
      sql: """
        SELECT c.uuid, c.first_tag_id, c.qrcode, c.number_printed, c.origin, c.generation, c.wallet, c.user, c.blocked, c.unsettled,
          c.per_tap, c.per_day, c.replaced_by, c.full_uid, p.name AS origin_name, (
            SELECT group_concat(pp.name, char(10)) FROM primary_cards pc JOIN places pp ON pp.uuid = pc.place
            WHERE pc.card = c.uuid) AS primary_at
        FROM cards c JOIN places p ON p.uuid = c.origin
        WHERE (?1 IS NULL OR c.origin = ?1) AND (?2 IS NULL OR c.generation = ?2)
          AND (?3 IS NULL OR c.first_tag_id = upper(?3) OR c.full_uid = upper(?3))
          AND (?4 IS NULL OR c.number_printed = upper(?4)) AND (?5 IS NULL OR c.blocked = ?5)
          AND (?6 IS NULL OR (c.user IS NOT NULL) = ?6)
        ORDER BY c.created_at, c.rowid
        """,
      arguments: [place, filter.generation, filter.tag, filter.number, filter.isBlocked, filter.isLinked])
    while let row = try cursor.next() {
      let places: String? = row["primary_at"]
      try body(
        ListedCard(
          card: try card(row), originName: row["origin_name"], fullUID: row["full_uid"],
          primaryAt: places.map { $0.split(separator: "\n").map(String.init) } ?? []))
    }
  }
}

extension Administration {
  /// Shows an operator the cards that pass the filter, one after the other, as they are in one instant.
  /// - Throws: as the filter's place and `body` do.
  public func cards(
    _ filter: CardFilter, _ body: @Sendable @escaping (Books.ListedCard) throws -> Void
  ) async throws {
    try await store.read { try $0.cards(filter, body) }
  }
}
