import FedowProtocol
import GRDB
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("Kept answers, found again among many")
struct KeptReplyTests {
  private static let place = EntityID.random()

  private func keep(_ numbers: Range<Int>, in books: Books) throws {
    for number in numbers {
      try books.keep(
        Answer(status: 201, body: "answer \(number)"), content: "content \(number)",
        under: ReplyKey(place: Self.place, key: "key \(number)"), at: LedgerTime(microseconds: Int64(number)))
    }
  }

  private func areFound(_ numbers: Range<Int>, in books: Books) throws -> Bool {
    try numbers.allSatisfy { number in
      let reply = try books.reply(ReplyKey(place: Self.place, key: "key \(number)"))
      return reply?.answer.body == "answer \(number)" && reply?.answers("content \(number)") == true
    }
  }

  private func areUnknown(_ numbers: Range<Int>, of place: EntityID, in books: Books) throws -> Bool {
    try numbers.allSatisfy { try books.reply(ReplyKey(place: place, key: "key \($0)")) == nil }
  }

  @Test("in runs of pages and after the last, by the writer, by one that remembers nothing, and by readers")
  func runs() async throws {
    let ledger = try await LedgerFixture()
    for run in 0..<3 {
      try await ledger.store.write { books in
        #expect(try books.reply(ReplyKey(place: Self.place, key: "never")) == nil)
        try keep(run * 400..<(run + 1) * 400, in: books)
        try books.pageReplies(atLeast: 400)
      }
    }
    try await ledger.store.write { books in
      try keep(1200..<1250, in: books)
      // Each run of 400 in pages of its own; a page that drew none is not there.
      #expect(try books.row("SELECT count(DISTINCT page / 64) FROM answer_pages").map { $0[0] as Int64 } == 3)
      #expect(try areFound(0..<1250, in: books))
    }
    ledger.store.memory.undo()
    #expect(try await ledger.store.write { try areFound(0..<1250, in: $0) })
    let reopened = try LedgerStore(path: ledger.directory.appending(path: "ledger.sqlite").path)
    #expect(try await reopened.write { try areFound(0..<1250, in: $0) })
    #expect(try await reopened.write { try areUnknown(0..<1250, of: .random(), in: $0) })
    #expect(try await reopened.read { try areFound(0..<1250, in: $0) })
    #expect(try await reopened.read { try areUnknown(0..<20, of: .random(), in: $0) })
  }

  @Test("one whose transaction was undone was never kept, and its number is given again")
  func undone() async throws {
    let ledger = try await LedgerFixture()
    struct Undo: Error {}
    try await ledger.store.write { books in
      #expect(try books.reply(ReplyKey(place: Self.place, key: "never")) == nil)
      try keep(0..<10, in: books)
    }
    await #expect(throws: Undo.self) {
      try await ledger.store.write { books in
        try keep(10..<20, in: books)
        try books.pageReplies(atLeast: 1)
        throw Undo()
      }
    }
    try await ledger.store.write { books in
      #expect(try areFound(0..<10, in: books))
      #expect(try areUnknown(10..<20, of: Self.place, in: books))
      try keep(20..<30, in: books)
      #expect(try areFound(20..<30, in: books))
      try books.pageReplies(atLeast: 20)
      #expect(try areFound(0..<10, in: books) && areFound(20..<30, in: books))
    }
  }

  @Test("those of a ledger that had an index of fingerprints")
  func migration() async throws {
    let folder = TemporaryFolder()
    let path = folder.path + "/ledger.sqlite"
    do {
      let queue = try DatabaseQueue(path: path)
      try LedgerStore.migrator.migrate(queue, upTo: "7 cards that wait for their holder's word")
      try await queue.write { db in
        try keep(0..<50, in: Books(database: db))
        try db.execute(
          sql: """
            INSERT INTO answers_by_fingerprint SELECT fingerprint, number FROM answers WHERE number <= 30;
            INSERT INTO settings (key, value) VALUES ('last_indexed_reply', '30');
            """)
      }
      try queue.close()
    }
    #expect(try await LedgerStore(path: path).write { try areFound(0..<50, in: $0) })
  }

  @Test("a filter that grew knows every number that it was given, and nearly none that it was not")
  func filter() {
    var random = SeededGenerator(seed: 11)
    var filter = FingerprintFilter(room: 1000)
    let added = (0..<100_000).map { _ in Int64.random(in: .min ... .max, using: &random) }
    for number in added { filter.add(number) }
    #expect(added.allSatisfy { filter.mayHold($0) })
    let strangers = (0..<100_000).map { _ in Int64.random(in: .min ... .max, using: &random) }
    #expect(strangers.count { filter.mayHold($0) } < 200)
  }
}
