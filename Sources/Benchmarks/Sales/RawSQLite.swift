import Foundation
import GRDB
import Model

/// What a posting writes, written without the posting: one row and two balances, so many to a commit, as durable.
struct RawSQLite {
  let directory: String

  func perSecond(count: Int, batch: Int) throws -> Double {
    let path = directory + "/raw.sqlite"
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL") }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let text = String(repeating: "x", count: 500)
    try queue.write { db in
      try db.execute(
        sql: """
          CREATE TABLE entry (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL);
          CREATE TABLE reply (n INTEGER PRIMARY KEY, key BLOB NOT NULL);
          CREATE TABLE balance (n INTEGER PRIMARY KEY, value INTEGER NOT NULL);
          INSERT INTO balance WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 1000) SELECT n, 0 FROM r;
          """)
    }
    let begin = ContinuousClock.now
    for first in stride(from: 0, to: count, by: batch) {
      try queue.write { db in
        let entry = try db.cachedStatement(sql: "INSERT INTO entry VALUES (?, ?, ?)")
        let reply = try db.cachedStatement(sql: "INSERT INTO reply VALUES (?, ?)")
        let balance = try db.cachedStatement(sql: "UPDATE balance SET value = value + ? WHERE n = ?")
        for number in first..<min(first + batch, count) {
          try entry.execute(arguments: [number, EntityID.random().stamped(milliseconds: Int64(number)).text, text])
          try reply.execute(arguments: [number, Data(count: 64)])
          try balance.execute(arguments: [-1, 1 + number % 1000])
          try balance.execute(arguments: [1, 0])
        }
      }
    }
    return Double(count) / ((ContinuousClock.now - begin).milliseconds / 1000)
  }
}
