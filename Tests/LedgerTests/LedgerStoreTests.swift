import FedowProtocol
import Foundation
import GRDB
import Model
import Synchronization
import TestKit
import Testing

@testable import Ledger

@Suite("The store")
struct LedgerStoreTests {
  @Test("a commit is on the disk before it is reported, also after GRDB's own set-up")
  func synchronousIsFull() async throws {
    let ledger = try await LedgerFixture()
    #expect(try ledger.store.synchronous() == .full)
    #expect(try await ledger.store.read { try String.fetchOne($0.database, sql: "PRAGMA journal_mode") } == "wal")
  }

  @Test("the real server's blocks keep their hash through the tables", arguments: try HashVector.all())
  func vectors(_ vector: HashVector) async throws {
    let ledger = try await LedgerFixture()
    let entry = vector.entry
    await #expect(throws: ReadBack(hash: vector.hash, recomputed: vector.hash)) {
      try await ledger.store.write { books in
        // Only the block matters here; what it refers to is not in this ledger, so it is read back and undone.
        try books.execute("PRAGMA defer_foreign_keys = ON")
        let sequence = try books.lastSequence() + 1
        try books.insert(
          Books.Posted(entry: entry, hash: vector.hash, sequence: sequence, assetSequence: 0),
          Books.Standing(senderBefore: nil, receiverBefore: nil, senderAfter: nil, receiverAfter: nil))
        let read = try books.transaction(entry.id)
        throw ReadBack(hash: read?.hash, recomputed: read?.entry.hash)
      }
    }
  }

  @Test("reads and look-ups on the one thread that serves requests never wait for each other")
  func oneThread() async throws {
    let ledger = try await LedgerFixture()
    let (loop, finished) = (OneThread(), Finished())
    // In no group, which would wait for ever with them.
    let tasks = (0..<16).map { _ in
      Task(executorPreference: loop) {
        defer { finished.count() }
        for _ in 0..<20 {
          _ = try await ledger.store.read { try $0.setting(.primaryWallet) }
          _ = try ledger.store.lookUp { try $0.setting(.primaryWallet) }
        }
      }
    }
    let patience = Patience(.seconds(30))
    while finished.tasks < tasks.count { try await patience.spend() }
    for task in tasks { try await task.value }
  }

  /// Runs tasks as an event loop does: one after the other, each until it waits for something.
  private final class OneThread: TaskExecutor {
    private let queue = DispatchQueue(label: "one thread")

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
  }

  private final class Finished: Sendable {
    private let value = Mutex(0)
    var tasks: Int { value.withLock { $0 } }
    func count() { value.withLock { $0 += 1 } }
  }

  private struct ReadBack: Error, Equatable {
    let hash: String?
    let recomputed: String?
  }

  @Test("a posted transaction can neither be changed nor deleted")
  func transactionsAreFinal() async throws {
    let ledger = try await LedgerFixture()
    await #expect(throws: DatabaseError.self) {
      try await ledger.store.write { try $0.execute("UPDATE transactions SET amount = 5") }
    }
    await #expect(throws: DatabaseError.self) {
      try await ledger.store.write { try $0.execute("DELETE FROM transactions") }
    }
  }
}
