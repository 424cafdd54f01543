import FedowProtocol
import GRDB
import Model

/// What the kiosk must not forget, in SQLite: charges, the outbox, the directory of cards, the hotlist, what is outstanding
/// offline, the audit trail, the spans of each tap.
///
/// Every method is one transaction. Write-ahead log with `synchronous = FULL`: a commit survives the loss of power.
public struct KioskStore: Sendable {
  let queue: DatabaseQueue
  let group: GroupCommit
  /// What cards are called in everything but the requests themselves.
  let digest: CardDigest
  /// Numbers what is posted.
  let postings: PostingCount
  /// Awaited before and after each access, which then is made on the caller's own thread; nil: on the database's thread.
  private let pace: Pace?

  /// What a simulation paces a store by: its disk's time and faults come from here.
  package typealias Pace = @Sendable () async throws -> Void

  /// Opens the file, makes it when it is not there, and brings it to the newest version.
  ///
  /// The key of the cards' digests lies beside it.
  /// - Throws: `Refusal` with code `store_unavailable` or `key_invalid`.
  public init(path: String) throws(Refusal) {
    let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let digest = try CardKeyFile(directory: directory.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : directory).digest()
    try self.init(path: path, digest: digest, pace: nil)
  }

  /// The same with a key that is at hand, at the pace of a simulation.
  package init(path: String, digest: CardDigest, pace: Pace?) throws(Refusal) {
    self.digest = digest
    self.pace = pace
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(5)
    configuration.label = "kiosk.store"
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      self.queue = queue
      group = GroupCommit { works in
        do {
          return .success(
            try await Self.write(to: queue, pace) { database in for work in works { try work(database) } })
        } catch {
          return .failure(Self.refusal(error))
        }
      }
      try Self.migrate(queue, digest)
      postings = PostingCount(after: try queue.read { try Int64.fetchOne($0, sql: Self.lastPosting) } ?? 0)
      // GRDB sets NORMAL when it sets up the log, after every configuration of ours; so it is set again, and read back.
      let level = try queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        return try Int.fetchOne(database, sql: "PRAGMA synchronous")
      }
      guard level == 2 else { throw Refusal(.storeUnavailable, "SQLite would not set synchronous = FULL.") }
    } catch {
      throw Self.refusal(error)
    }
  }

  /// Also one that a reading knows of whose row was not written any more.
  private static let lastPosting = """
    SELECT max(coalesce((SELECT max(posting) FROM outbox WHERE state = 'posted'), 0),
      coalesce((SELECT max(postings) FROM directory), 0))
    """

  /// What SQLite says of its durability now: 2 is FULL.
  public func synchronousLevel() async throws(Refusal) -> Int? {
    try await write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
  }

  /// One transaction; any error of SQLite becomes `store_unavailable`, a `Refusal` thrown inside stays itself.
  func write<Value: Sendable>(
    _ updates: @escaping @Sendable (Database) throws -> Value
  ) async throws(Refusal) -> Value {
    do {
      return try await Self.write(to: queue, pace, updates)
    } catch {
      throw Self.refusal(error)
    }
  }

  private static func write<Value: Sendable>(
    to queue: DatabaseQueue, _ pace: Pace?, _ updates: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    guard let pace else { return try await queue.write(updates) }
    try await pace()
    let value = try writeNow(to: queue, updates)
    try await pace()
    return value
  }

  private static func writeNow<Value>(to queue: DatabaseQueue, _ updates: (Database) throws -> Value) throws -> Value {
    try queue.write(updates)
  }

  /// Ends the connection.
  package func close() throws(Refusal) {
    do {
      try queue.close()
    } catch {
      throw Self.refusal(error)
    }
  }

  private static func refusal(_ error: any Error) -> Refusal {
    if let refusal = error as? Refusal { return refusal }
    return Refusal(.storeUnavailable, "The local store cannot be used: \(error). Check the disk.")
  }
}

extension Database {
  /// Executes a statement and keeps it compiled: those of a tap run while a customer waits.
  func executeKept(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// The first row of a query that is kept compiled; nil when there is none.
  func firstKept(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
    try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
  }
}
