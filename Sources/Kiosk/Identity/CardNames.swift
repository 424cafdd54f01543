import FedowProtocol
import GRDB

/// Takes the cards' numbers out of the records of earlier versions, which kept them as they are.
struct CardNames {
  private let digest: CardDigest

  init(_ digest: CardDigest) { self.digest = digest }

  /// Puts digests into the caches and takes the numbers out of charges. The outbox keeps them: its bytes are requests.
  func leave(_ database: Database) throws {
    for row in try Row.fetchAll(database, sql: "SELECT card, snapshot FROM directory") {
      let tag: String = row["card"]
      let snapshot = (try? JSON.parse((row["snapshot"] as DatabaseBytes).bytes)) ?? nil
      try database.execute(
        sql: "UPDATE directory SET card = ?, snapshot = ? WHERE card = ?",
        arguments: [digest(tag), snapshot.nameless(tag).compactBytes.data, tag])
    }
    for (table, column) in [("hotlist", "tag"), ("unsettled", "tag"), ("offline_spending", "card")] {
      for tag in try String.fetchAll(database, sql: "SELECT DISTINCT \(column) FROM \(table)") {
        try database.execute(
          sql: "UPDATE \(table) SET \(column) = ? WHERE \(column) = ?", arguments: [digest(tag), tag])
      }
    }
    for row in try Row.fetchAll(database, sql: "SELECT id, card, details, receipt FROM charges") {
      let tag = row["card"] as String? ?? ""
      let texts = ["details", "receipt"].map { column in
        (row[column] as String?).flatMap { try? JSON.parse($0) }?.nameless(tag).compact
      }
      try database.execute(
        sql: "UPDATE charges SET card = NULL, details = ?, receipt = ? WHERE id = ?",
        arguments: [texts[0], texts[1], row["id"] as String])
    }
  }
}
