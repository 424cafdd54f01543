import FedowProtocol
import Foundation
import GRDB
import Model

/// Puts a backup into the place of a ledger, once its books were recomputed and found right.
public struct LedgerRestoration: Sendable {
  /// What was put into place.
  public struct Report: Sendable {
    /// What was recomputed.
    public let verdict: LedgerAudit.Verdict
    /// The server's name.
    public let serverName: String
    /// How many places.
    public let places: Int
    /// How many cards.
    public let cards: Int64
    /// When its last transaction was posted.
    public let lastPosted: LedgerTime?
  }

  /// How far it is.
  public enum Stage: Sendable {
    /// A step began, said in a word.
    case began(String)
    /// So many pages are copied, of so many.
    case copying(Int, of: Int)
    /// So many transactions are recomputed, of so many.
    case verifying(Int, of: Int)
  }

  private let backup: String
  private let target: String

  /// Restores this backup as this database file.
  public init(backup: String, target: String) {
    self.backup = backup
    self.target = target
  }

  /// Copies, verifies, and then puts the copy into its place in one step; before that there is no ledger in it.
  /// - Throws: `Refusal`: `already_exists` where there is one, `not_found` without a backup, `ledger_broken` when the
  ///   backup's books are not right, `configuration_invalid` when it is no ledger that this program knows.
  public func run(_ report: @Sendable @escaping (Stage) -> Void = { _ in }) async throws -> Report {
    guard FileManager.default.fileExists(atPath: backup) else {
      throw Refusal(.notFound, "There is no backup at \(backup).")
    }
    let file = try WholeFile(target)
    report(.began("Copying"))
    try copy(to: file.partial, report)
    report(.began("Verifying"))
    let store = try LedgerStore(path: file.partial)
    let made = try await check(store, report)
    try store.close()
    try file.settle()
    try file.publish()
    return made
  }

  private func copy(to path: String, _ report: @escaping (Stage) -> Void) throws(Refusal) {
    var configuration = Configuration()
    configuration.readonly = true
    do {
      let source = try DatabaseQueue(path: backup, configuration: configuration)
      let isKnown = try source.read { db in
        try db.tableExists("settings") && db.tableExists("transactions")
          && !LedgerStore.migrator.hasBeenSuperseded(db)
      }
      guard isKnown else {
        throw Refusal(.configurationInvalid, "\(backup) is no ledger, or one of a newer ledgerd.")
      }
      let copy = try DatabaseQueue(path: path)
      try source.backup(to: copy, pagesPerStep: 4096) {
        report(.copying($0.completedPageCount, of: $0.totalPageCount))
      }
      try copy.close()
      try source.close()
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.storeUnavailable, "\(backup) cannot be copied: \(error)")
    }
  }

  private func check(_ store: LedgerStore, _ report: @Sendable @escaping (Stage) -> Void) async throws -> Report {
    let audit = LedgerAudit(store: store)
    let total = Int(try await audit.transactionCount())
    let verdict = try await audit.run { report(.verifying($0, of: total)) }
    guard verdict.isSound else {
      throw Refusal(
        .ledgerBroken,
        "The books of \(backup) are broken; nothing was restored.\n"
          + verdict.breaks.map { "\($0)" }.joined(separator: "\n"))
    }
    return try await store.read { books in
      let last = try books.transaction(sequence: try books.lastSequence())
      return Report(
        verdict: verdict, serverName: try books.setting(.serverName) ?? "", places: try books.places().count,
        cards: try books.row("SELECT count(*) AS count FROM cards")?["count"] ?? 0,
        lastPosted: last?.entry.datetime)
    }
  }
}
