import Foundation
import GRDB
import Model
import Testing

@testable import Ledger

@Suite("Backup and restoration")
struct LedgerRestorationTests {
  private func backedUp() async throws -> (ledger: LedgerFixture, backup: String) {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await service.submit(try await ledger.sale(100))
    }
    let backup = ledger.directory.appending(path: "backup.sqlite").path
    try Administration(store: ledger.store).backUp(to: backup)
    return (ledger, backup)
  }

  private func names(in directory: URL, _ prefix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasPrefix(prefix) }.sorted()
  }

  @Test("a backup is one file that can be read without writing beside it")
  func oneFile() async throws {
    let (ledger, backup) = try await backedUp()
    #expect(try names(in: ledger.directory, "backup") == ["backup.sqlite"])
    // Bytes 18 and 19 say how the file is written and read: 1 is without a log beside it (SQLite's file format, 1.3.3).
    let header = try Data(contentsOf: URL(filePath: backup)).prefix(20)
    #expect(Array(header.suffix(2)) == [1, 1])
  }

  @Test("what is restored is the ledger that was backed up, and it is reported")
  func restore() async throws {
    let (ledger, backup) = try await backedUp()
    let target = ledger.directory.appending(path: "new.sqlite").path
    let report = try await LedgerRestoration(backup: backup, target: target).run()
    #expect(report.verdict.transactions == 6)
    #expect((report.places, report.cards, report.serverName) == (1, 3, "Test"))
    #expect(try names(in: ledger.directory, "new") == ["new.sqlite"])
    let restored = try LedgerStore(path: target)
    #expect(try await LedgerAudit(store: restored).run().breaks == [])
    let place = ledger.place.wallet
    #expect(try await restored.read { try $0.balance(of: ledger.euro.uuid, in: place) } == 100)
  }

  @Test("nothing is done where there is a ledger, or a part of one", arguments: ["", "-wal", "-shm"])
  func occupied(suffix: String) async throws {
    let (ledger, backup) = try await backedUp()
    let target = ledger.directory.appending(path: "new.sqlite").path
    try Data("x".utf8).write(to: URL(filePath: target + suffix))
    let refusal = await #expect(throws: Refusal.self) {
      try await LedgerRestoration(backup: backup, target: target).run()
    }
    #expect(refusal?.code == .alreadyExists)
    #expect(try names(in: ledger.directory, "new") == ["new.sqlite" + suffix])
  }

  @Test("a backup whose books are broken is not restored")
  func broken() async throws {
    let (ledger, backup) = try await backedUp()
    let queue = try DatabaseQueue(path: backup)
    try await queue.write { try $0.execute(sql: "UPDATE tokens SET balance = balance + 1 WHERE balance = 400") }
    try queue.close()
    let target = ledger.directory.appending(path: "new.sqlite").path
    let refusal = await #expect(throws: Refusal.self) {
      try await LedgerRestoration(backup: backup, target: target).run()
    }
    #expect(refusal?.code == .ledgerBroken)
    #expect(refusal?.sentence.contains("it is 401, its transactions make 400") == true)
    #expect(try names(in: ledger.directory, "new") == [])
  }

  @Test("what is no ledger, or one of a newer program, is refused")
  func foreign() async throws {
    let (ledger, backup) = try await backedUp()
    let newer = ledger.directory.appending(path: "newer.sqlite").path
    try FileManager.default.copyItem(atPath: backup, toPath: newer)
    let queue = try DatabaseQueue(path: newer)
    try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 of the future')") }
    try queue.close()
    let text = ledger.directory.appending(path: "text").path
    try Data(String(repeating: "no database ", count: 500).utf8).write(to: URL(filePath: text))
    let target = ledger.directory.appending(path: "new.sqlite").path
    for (path, code) in [
      (newer, Refusal.Code.configurationInvalid), (text, .storeUnavailable), (text + "-missing", .notFound),
    ] {
      let refusal = await #expect(throws: Refusal.self) {
        try await LedgerRestoration(backup: path, target: target).run()
      }
      #expect(refusal?.code == code, "\(path)")
    }
    #expect(try names(in: ledger.directory, "new.sqlite") == [])
  }

  @Test("of two copies at once the second is refused; a file that came meanwhile stays as it is")
  func atOnce() async throws {
    let (ledger, _) = try await backedUp()
    let target = ledger.directory.appending(path: "new.sqlite")
    let file = try WholeFile(target.path)
    let second = #expect(throws: Refusal.self) { try WholeFile(target.path + ".other") }
    #expect(second?.code == .storeUnavailable)
    try Data("x".utf8).write(to: target)
    let late = #expect(throws: Refusal.self) { try file.publish() }
    #expect(late?.code == .alreadyExists)
    #expect(try Data(contentsOf: target) == Data("x".utf8))
  }

  @Test("what an interrupted restoration left is no hindrance")
  func leftovers() async throws {
    let (ledger, backup) = try await backedUp()
    let target = ledger.directory.appending(path: "new.sqlite").path
    for suffix in [".partial", ".partial-wal"] { try Data("x".utf8).write(to: URL(filePath: target + suffix)) }
    _ = try await LedgerRestoration(backup: backup, target: target).run()
    #expect(try names(in: ledger.directory, "new") == ["new.sqlite"])
  }
}
