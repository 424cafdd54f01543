import FedowProtocol
import Foundation
import GRDB
import Model
import Signing

/// By what a repeated request is found again: a digest of who sent it and of what it is known by.
struct ReplyKey: Hashable {
  /// SHA-256 of both.
  let digest: Data
  /// Its beginning, to find it by.
  let fingerprint: Int64

  init(place: String, key: String) {
    let bytes = SHA256.hash(Array("\(place)\n\(key)".utf8))
    digest = Data(bytes)
    fingerprint = bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
  }

  init(place: EntityID, key: String) { self.init(place: place.text, key: key) }

  static func digest(_ content: String) -> Data { Data(SHA256.hash(Array(content.utf8))) }
}

extension Books {
  /// The answer that was given the first time, and to what.
  struct Reply {
    let answer: Answer
    private let content: Data

    init(answer: Answer, content: Data) {
      self.answer = answer
      self.content = content
    }

    /// Whether it was this content that was answered.
    func answers(_ content: String) -> Bool { ReplyKey.digest(content) == self.content }
  }

  func reply(place: EntityID, key: String) throws -> Reply? {
    let key = ReplyKey(place: place, key: key)
    guard
      let row = try numbers(of: key).lazy.compactMap({
        try row("SELECT key, content, status, body, place, sequence FROM answers WHERE number = ?", [$0])
      }).first(where: { $0[0] as Data == key.digest })
    else { return nil }
    let status: Int = row[2]
    let body: String? = row[3]
    return Reply(
      answer: try body.map { Answer(status: status, body: $0) } ?? receipt(row, status: status), content: row[1])
  }

  /// An answer that is a posting's receipt is not kept but made again, as things stood after that posting.
  private func receipt(_ row: Row, status: Int) throws -> Answer {
    let sequence: Int64? = row[5]
    guard let posted = try sequence.flatMap({ try transaction(sequence: $0) }) else {
      throw Refusal(.ledgerBroken, "A kept answer has neither a body nor a transaction.")
    }
    let reader = try row.optionalID("place").flatMap { try place($0) }
    return Answer(status: status, try transactionAnswer(posted, reader: reader, asOf: posted.sequence))
  }

  func keep(_ answer: Answer, content: String, place: EntityID, key: String, at now: LedgerTime) throws {
    let key = ReplyKey(place: place, key: key)
    try executeRemembered(
      """
      INSERT INTO answers (fingerprint, key, content, status, body, place, sequence, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        key.fingerprint, key.digest, ReplyKey.digest(content), answer.status, answer.receipt == nil ? answer.body : nil,
        answer.receipt?.reader?.text, answer.receipt?.sequence, now.microseconds,
      ])
    memory?.replies.add(key.fingerprint, number: database.lastInsertedRowID)
  }

  /// The numbers of the answers with this fingerprint: from the index, and from among those not yet in it.
  private func numbers(of key: ReplyKey) throws -> [Int64] {
    let indexed = try Int64.fetchAll(
      database.cachedStatement(sql: "SELECT number FROM answers_by_fingerprint WHERE fingerprint = ?"),
      arguments: [key.fingerprint])
    guard let memory else {
      return try indexed
        + rows(
          "SELECT number FROM answers WHERE number > ? AND fingerprint = ?", [try lastIndexedReply(), key.fingerprint]
        ).map { $0[0] }
    }
    if !memory.replies.isLoaded { try loadReplies(into: memory) }
    return indexed + memory.replies.numbers(of: key.fingerprint)
  }

  func lastIndexedReply() throws -> Int64 { try setting(.lastIndexedReply).flatMap { Int64($0) } ?? 0 }

  private func loadReplies(into memory: BooksMemory) throws {
    memory.replies.begin()
    for row in try rows("SELECT fingerprint, number FROM answers WHERE number > ?", [try lastIndexedReply()]) {
      memory.replies.add(row[0], number: row[1])
    }
  }

  /// Moves the answers that are not in the index into it, in its order, once there are enough of them that most of its
  /// pages are touched once for many.
  func indexReplies(atLeast count: Int = 16_384) throws {
    guard let memory, memory.replies.isLoaded, memory.replies.count >= count else { return }
    for (fingerprint, number) in memory.replies.sorted() {
      try executeRemembered(
        "INSERT OR IGNORE INTO answers_by_fingerprint (fingerprint, number) VALUES (?, ?)", [fingerprint, number])
    }
    try executeRemembered(
      "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)",
      [Setting.lastIndexedReply.rawValue, String(memory.replies.lastNumber)])
    memory.replies.begin()
  }
}
