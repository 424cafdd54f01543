import FedowProtocol
import GRDB
import Model

/// Where cards that open nothing were tapped all the same.
extension Books {
  func insertSighting(of card: Card, place: EntityID, device: EntityID?, reader: String?, at: LedgerTime) throws {
    try execute(
      "INSERT INTO card_sightings (card, origin, place, device, reader, at) VALUES (?, ?, ?, ?, ?, ?)",
      [card.uuid.text, card.origin.text, place.text, device?.text, reader, at.microseconds])
  }

  /// Those of a place's own cards after a number, oldest first, at most so many.
  func sightings(origin: EntityID, after number: Int64, limit: Int) throws -> [JSON] {
    try rows(
      """
      SELECT s.number, c.first_tag_id, c.number_printed, p.name AS place, k.name AS device, s.reader, s.at
      FROM card_sightings s JOIN cards c ON c.uuid = s.card JOIN places p ON p.uuid = s.place
      LEFT JOIN place_keys k ON k.device = s.device WHERE s.origin = ? AND s.number > ? ORDER BY s.number LIMIT ?
      """, [origin.text, number, limit]
    ).map { row in
      [
        "number": JSON(row["number"] as Int64), "tag": JSON(row["first_tag_id"] as String),
        "number_printed": JSON(row["number_printed"] as String), "place": JSON(row["place"] as String),
        "device": JSON(row["device"] as String?), "reader": JSON(row["reader"] as String?),
        "at": JSON(row.time("at")?.wire),
      ]
    }
  }
}
