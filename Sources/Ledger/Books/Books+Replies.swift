import FedowProtocol
import GRDB
import Model

extension Books {
  /// The answer that was given the first time, and to what.
  struct Reply {
    let content: String
    let answer: Answer
  }

  func reply(place: EntityID, key: String) throws -> Reply? {
    try row(
      "SELECT content, status, body FROM replies WHERE place = ? AND key = ?", [place.text, key]
    ).map {
      Reply(content: $0["content"], answer: Answer(status: $0["status"], body: $0["body"]))
    }
  }

  func keep(_ answer: Answer, content: String, place: EntityID, key: String, at now: LedgerTime) throws {
    try executeRemembered(
      "INSERT INTO replies (place, key, content, status, body, created_at) VALUES (?, ?, ?, ?, ?, ?)",
      [place.text, key, content, answer.status, answer.body, now.microseconds])
  }
}
