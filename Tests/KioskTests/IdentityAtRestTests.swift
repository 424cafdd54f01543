import FedowProtocol
import Foundation
import GRDB
import Kiosk
import Model
import TestKit
import Testing

/// A stolen kiosk names no guest: its records hold digests of cards.
@Suite(.timeLimit(.minutes(10))) struct IdentityAtRestTests {
  private static let uid = "04A1B2C3D4E5F6"

  /// Every file of the data directory but the key.
  private func bytes(_ directory: TemporaryFolder) throws -> Data {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0 != "card.key" }
    return try names.reduce(into: Data()) { try $0.append(Data(contentsOf: directory.url.appending(path: $1))) }
  }

  private func names(_ bytes: Data, _ text: String) -> Bool {
    let raw = Data(Hexadecimal.decode(text) ?? [])
    return bytes.range(of: Data(text.utf8)) != nil || bytes.range(of: Data(text.lowercased().utf8)) != nil
      || bytes.range(of: raw) != nil
  }

  @Test func aKeyThatIsDamagedIsSaidToBeAndNoOtherTakesItsPlace() throws {
    let directory = TemporaryFolder()
    let key = directory.url.appending(path: "card.key")
    try Data("short".utf8).write(to: key)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key.path)
    let refusal = #expect(throws: Refusal.self) { try KioskStore(path: directory.path + "/kiosk.sqlite") }
    #expect(refusal?.code == .keyInvalid)
    #expect(try Data(contentsOf: key) == Data("short".utf8))
  }

  @Test func afterTapsOnlyTheOutboxNamesACard() async throws {
    let bench = try await VenueBench()
    let tag = try TagUID(hex: Self.uid).firstTagID
    bench.ledger.script { $0.balances[tag] = 10_000 }
    try await bench.hear()
    try await bench.run { bench in
      _ = try await bench.pay(350, Self.uid)
      bench.ledger.script { $0.isThere = false }
      bench.kiosk.link.lost(at: bench.clock.wallTime())
      let offline = try await bench.pay(200, Self.uid)
      #expect(offline["state"] == "paid_offline")
      bench.ledger.script {
        $0.isThere = true
        $0.refusal = Refusal(.cardBlocked)
        $0.hotlist = [(tag, "blocked")]
      }
      try await bench.hear()
      _ = try await bench.pay(100, Self.uid)
    }
    // The full UID is nowhere, in no page and no log of the file, not even in a request.
    #expect(!names(try bytes(bench.directory), Self.uid))
    // The tag id is in the requests, which the ledger reads. Taken out of a copy of the file, nothing else has it.
    let copy = TemporaryFolder()
    for name in ["kiosk.sqlite", "kiosk.sqlite-wal"] {
      let from = bench.directory.url.appending(path: name)
      if FileManager.default.fileExists(atPath: from.path) {
        try FileManager.default.copyItem(at: from, to: copy.url.appending(path: name))
      }
    }
    let queue = try DatabaseQueue(path: copy.path + "/kiosk.sqlite")
    #expect(try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM outbox") } == 3)
    try await queue.writeWithoutTransaction { database in
      try database.execute(sql: "DELETE FROM outbox")
      try database.execute(sql: "VACUUM")
      try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    for table in ["directory", "hotlist", "offline_spending", "charges"] {
      let count = try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } ?? 0
      #expect(count > 0, "\(table) would have had something to hide")
    }
    try queue.close()
    #expect(!names(try bytes(copy), tag))
  }

  @Test func theKeyIsItsOwnersAloneAndStays() throws {
    let directory = TemporaryFolder()
    _ = try KioskStore(path: directory.path + "/kiosk.sqlite")
    let path = directory.path + "/card.key"
    let key = try Data(contentsOf: URL(filePath: path))
    #expect(key.count == 32)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    _ = try KioskStore(path: directory.path + "/kiosk.sqlite")
    #expect(try Data(contentsOf: URL(filePath: path)) == key)
  }

  @Test func anEarlierVersionsRecordsAreFoundUnderTheirDigestsAndNameNobody() async throws {
    let directory = TemporaryFolder()
    let path = directory.path + "/kiosk.sqlite"
    _ = try KioskStore(path: path)
    let tag = "68B87420"
    do {
      // The file as the version before left it.
      let queue = try DatabaseQueue(path: path)
      try await queue.write { database in
        try database.execute(
          sql: """
            DELETE FROM grdb_migrations WHERE identifier LIKE '3 %';
            DROP TABLE questions;
            DROP TABLE sightings;
            INSERT INTO directory (card, wallet, snapshot, read_at) VALUES ('\(tag)', '9efc0662-9f2c-4815-9b9b-5d431557c1a1',
              CAST('{"first_tag_id": "\(tag)", "number_printed": "A1"}' AS BLOB), 5);
            INSERT INTO hotlist VALUES ('\(tag)', 'blocked');
            INSERT INTO unsettled VALUES ('00000000-0000-4000-8000-000000000001', '\(tag)', 350);
            INSERT INTO offline_spending VALUES ('\(tag)', 350), ('', 350);
            INSERT INTO charges VALUES ('00000000-0000-4000-8000-000000000002', 350, NULL, 'expired', '\(tag)', NULL,
              NULL, NULL, '{"card": "\(tag)"}', 1, 1, '{"parts": [{"card": "\(tag)"}]}');
            """)
      }
      try queue.close()
    }
    let store = try KioskStore(path: path)
    let known = try await store.knowledge(of: tag)
    #expect(known.hotlisted == .blocked && known.isUnsettledHere)
    #expect(known.spentByCard.minorUnits == 350 && known.spentByDevice.minorUnits == 350)
    let snapshot = try JSON.parse(try #require(known.lastReading).body)
    #expect(snapshot["first_tag_id"]?.text == tag && snapshot["number_printed"] == "A1")
    #expect(!names(try bytes(directory), tag))
  }
}
