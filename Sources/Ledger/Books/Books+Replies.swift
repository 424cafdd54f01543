import FedowProtocol
import Foundation
import GRDB
import Model
import Signing

/// By what a repeated request is found again: a digest of who sent it and of what it is known by.
struct ReplyKey: Hashable, Sendable {
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

  func reply(_ key: ReplyKey) throws -> Reply? {
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

  func keep(_ answer: Answer, content: String, under key: ReplyKey, at now: LedgerTime) throws {
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

  /// The numbers of the answers with this fingerprint: those in no page yet, and those in pages.
  private func numbers(of key: ReplyKey) throws -> [Int64] {
    guard let memory else {
      return try unpagedReplies(after: lastPagedReply()).filter { $0.fingerprint == key.fingerprint }.map(\.number)
        + pagedReplies(of: key.fingerprint)
    }
    if !memory.replies.isLoaded { try loadReplies(into: memory) }
    guard memory.replies.mayHold(key.fingerprint) else { return [] }
    return try memory.replies.numbers(of: key.fingerprint) + pagedReplies(of: key.fingerprint)
  }

  private func loadReplies(into memory: BooksMemory) throws {
    if !memory.replies.knowsPages { memory.replies.begin(with: try pagedFingerprints()) }
    memory.replies.complete(with: try unpagedReplies(after: lastPagedReply()))
  }
}
