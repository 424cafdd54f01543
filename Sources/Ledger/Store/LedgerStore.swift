import FedowProtocol
import GRDB
import Logging
import Model

/// The ledger's SQLite file: one writer, many readers (WAL), every commit on the disk before it is reported.
public struct LedgerStore: Sendable {
  let pool: DatabasePool
  /// Connections of their own for look-ups, which block the thread that serves requests. A read that is under way holds
  /// its connection until that very thread has gone on with it: in one pool the two would wait for each other for ever.
  private let lookUps: DatabasePool
  /// Who waits for the hotlist to change.
  let hotlist = HotlistBoard()
  /// What reports read, beside the ledger.
  let totals: TotalsFile
  /// What the writing connection remembers.
  let memory = BooksMemory()
  /// What opens the primary wallet's key.
  let keyring: ServerKeyring
  /// The wall clock by which readers see what is due.
  var clock: @Sendable () -> LedgerTime = LedgerTime.now
  /// Awaited before and after each access, which then is made on the caller's own thread; nil: on the database's threads.
  /// A simulation runs a federation on one thread with it, and its disk's time and faults come from here.
  package var pace: (@Sendable () async throws -> Void)?

  /// Opens the file, makes it when it is new, and brings its schema up to date.
  /// - Parameters:
  ///   - path: the database file; its directory must exist.
  ///   - secretPath: the file of the server's secret; nil: `ledger.key` beside the database.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public init(path: String, secretPath: String? = nil) throws(Refusal) {
    totals = TotalsFile(beside: path)
    keyring = ServerKeyring(secretPath: secretPath ?? Self.secretPath(beside: path))
    do {
      pool = try DatabasePool(path: path, configuration: Self.configuration)
      try pool.writeWithoutTransaction { db in
        // GRDB's WAL set-up has just put NORMAL here, which survives a crash of the process but not of the power.
        try db.execute(sql: "PRAGMA synchronous = FULL")
      }
      guard try pool.writeWithoutTransaction(Self.synchronous) == .full else {
        throw Refusal(.storeUnavailable, "SQLite did not accept synchronous = FULL; money would not be safe.")
      }
      try Self.migrator.migrate(pool)
      lookUps = try DatabasePool(path: path, configuration: Self.lookUpConfiguration)
      pool.add(transactionObserver: HotlistObserver(board: hotlist), extent: .databaseLifetime)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.storeUnavailable, "The ledger's database \(path) cannot be opened: \(error)")
    }
  }

  /// The same ledger for readers by another clock.
  public func withClock(_ clock: @escaping @Sendable () -> LedgerTime) -> LedgerStore {
    var store = self
    store.clock = clock
    return store
  }

  /// Ends every connection; the file is whole by itself then, with no log beside it.
  package func close() throws {
    try lookUps.close()
    try pool.close()
  }

  /// The same ledger at another pace.
  package func paced(by pace: @escaping @Sendable () async throws -> Void) -> LedgerStore {
    var store = self
    store.pace = pace
    return store
  }

  /// How far a commit goes before it is reported.
  public enum Synchronous: Int64, Sendable {
    case off, normal, full, extra
  }

  /// The level that the writing connection has now, read back from SQLite.
  public func synchronous() throws -> Synchronous? {
    try pool.writeWithoutTransaction(Self.synchronous)
  }

  private static func synchronous(_ db: Database) throws -> Synchronous? {
    try Int64.fetchOne(db, sql: "PRAGMA synchronous").flatMap { Synchronous(rawValue: $0) }
  }

  /// Reads in one snapshot, beside the writer.
  /// - Throws: what `body` throws; `Refusal` with `store_unavailable` when the store does not answer.
  public func read<Value: Sendable>(_ body: @Sendable @escaping (Books) throws -> Value) async throws -> Value {
    guard let pace else { return try await pool.read { [clock] db in try body(Books(database: db, instant: clock())) } }
    try await pace()
    let value = try lookUp(body)
    try await pace()
    return value
  }

  /// Reads a few rows by their keys, at once and on this thread: for what each request needs, where handing the work to
  /// another thread and back would take longer than the work. However many reports are being read, it never waits for one.
  /// - Throws: as `read`.
  public func lookUp<Value>(_ body: (Books) throws -> Value) throws -> Value {
    try lookUps.read { db in try body(Books(database: db, instant: clock())) }
  }

  /// Writes in one transaction of its own: for the administration commands.
  public func write<Value: Sendable>(_ body: @Sendable @escaping (Books) throws -> Value) async throws -> Value {
    try await onWriter { db in try transaction(in: db, body) }
  }

  /// Has the writing connection at hand.
  func onWriter<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
    guard let pace else { return try await pool.writeWithoutTransaction(body) }
    try await pace()
    let value = try onWriterNow(body)
    try await pace()
    return value
  }

  private func onWriterNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try pool.writeWithoutTransaction(body)
  }

  /// The same for who posts or signs.
  func writeAsLedger<Value: Sendable>(
    newID: @escaping @Sendable () -> EntityID = { EntityID.random() },
    _ body: @Sendable @escaping (LedgerWriter) throws -> Value
  ) async throws -> Value {
    try await write { [clock, keyring] books in
      try body(LedgerWriter(books: books, now: clock(), newID: newID, keyring: keyring))
    }
  }

  /// `ledger.key` beside the database.
  private static func secretPath(beside path: String) -> String {
    let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return (path.contains("/") ? directory : ".") + "/ledger.key"
  }

  /// Everything in one transaction, or nothing of it.
  func transaction<Value>(in db: Database, _ body: (Books) throws -> Value) throws -> Value {
    var value: Value?
    do {
      try db.inTransaction(.immediate) {
        memory.renew(dataVersion: try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version")) ?? 0)
        value = try body(Books(database: db, memory: memory))
        return .commit
      }
    } catch {
      memory.undo()
      throw error
    }
    guard let value else { throw Refusal(.storeUnavailable) }
    return value
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "ledger"
    configuration.foreignKeysEnabled = true
    // Administration commands write while the server runs: wait for each other rather than fail.
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      // 16 MB of pages a connection: the hot end of the indexes of a long chain stays in memory.
      try db.execute(sql: "PRAGMA cache_size = -16000")
      // 16 MB of log before it is copied into the database: a page that many postings changed is then copied once.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
    }
    return configuration
  }

  private static var lookUpConfiguration: Configuration {
    var configuration = configuration
    configuration.label = "ledger.lookup"
    configuration.readonly = true
    // At most one is open for each thread that looks up, so this is never reached and nobody waits.
    configuration.maximumReaderCount = 64
    return configuration
  }
}

extension LedgerStore {
  /// Whether `install` was done.
  public func isInstalled() async throws -> Bool { try await read { try $0.setting(.primaryWallet) != nil } }
}
