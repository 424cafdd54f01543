import Foundation
import GRDB

/// Finding a kept answer by its fingerprint: through pages that are written once, many answers at a time.
///
/// An index of all fingerprints would be changed all over by every few thousand answers, the more the larger it is, and would
/// have to be searched for each sale. Here a run of answers becomes 64 pages at the end of the table, one for each value of
/// the fingerprint's first six bits: what is written is the same with a million before it. A question looks at one page of
/// each run, and is asked only where the writer's memory does not know that there is nothing (`KnownReplies`).
extension Books {
  /// So many answers, at least, make a run.
  static let repliesInRun = 16_384
  private static let pagesInRun: Int64 = 64
  private static let bytesOfEntry = 12

  /// The number of the last kept answer that is in a page.
  func lastPagedReply() throws -> Int64 { try setting(.lastIndexedReply).flatMap { Int64($0) } ?? 0 }

  func unpagedReplies(after number: Int64) throws -> [(fingerprint: Int64, number: Int64)] {
    try rows("SELECT fingerprint, number FROM answers WHERE number > ? ORDER BY number", [number]).map {
      ($0[0], $0[1])
    }
  }

  /// Writes the writer's recent answers into pages, once there are enough of them.
  func pageReplies(atLeast count: Int = repliesInRun) throws {
    guard let memory, memory.replies.isLoaded, memory.replies.recent.count >= count else { return }
    try writeRun(memory.replies.recent)
    memory.replies.turnPage()
  }

  /// Writes every answer that is in no page into one.
  func pageAllReplies() throws {
    while true {
      let replies = try rows(
        "SELECT fingerprint, number FROM answers WHERE number > ? ORDER BY number LIMIT ?",
        [try lastPagedReply(), Self.repliesInRun]
      ).map { (fingerprint: $0[0] as Int64, number: $0[1] as Int64) }
      guard !replies.isEmpty else { return }
      try writeRun(replies)
    }
  }

  private func writeRun(_ replies: [(fingerprint: Int64, number: Int64)]) throws {
    guard let first = replies.first?.number, let last = replies.last?.number else { return }
    var pages = [Data](repeating: Data(), count: Int(Self.pagesInRun))
    for reply in replies {
      let page = Int(Self.page(of: reply.fingerprint))
      withUnsafeBytes(of: reply.fingerprint.littleEndian) { pages[page].append(contentsOf: $0) }
      withUnsafeBytes(of: UInt32(reply.number - first).littleEndian) { pages[page].append(contentsOf: $0) }
    }
    let begin = try lastRun().map { ($0 + 1) * Self.pagesInRun } ?? 0
    for (place, entries) in pages.enumerated() where !entries.isEmpty {
      try executeRemembered(
        "INSERT INTO answer_pages (page, first, entries) VALUES (?, ?, ?)", [begin + Int64(place), first, entries])
    }
    try executeRemembered(
      "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)",
      [Setting.lastIndexedReply.rawValue, String(last)])
  }

  private func lastRun() throws -> Int64? {
    let last: Int64? = try row("SELECT max(page) FROM answer_pages")?[0]
    return last.map { $0 / Self.pagesInRun }
  }

  /// The numbers of the answers in pages that have this fingerprint, the latest run's first.
  func pagedReplies(of fingerprint: Int64) throws -> [Int64] {
    guard let last = try lastRun() else { return [] }
    var numbers: [Int64] = []
    for run in stride(from: last, through: 0, by: -1) {
      let page = run * Self.pagesInRun + Self.page(of: fingerprint)
      guard let row = try row("SELECT first, entries FROM answer_pages WHERE page = ?", [page]) else { continue }
      let first: Int64 = row[0]
      Self.eachEntry(of: row[1]) { if $0 == fingerprint { numbers.append(first + $1) } }
    }
    return numbers
  }

  /// Every fingerprint in the pages, with room for as many again.
  func pagedFingerprints() throws -> FingerprintFilter {
    var filter = FingerprintFilter(room: 2 * Int(try lastPagedReply()) + 4 * Self.repliesInRun)
    let pages = try Row.fetchCursor(database.cachedStatement(sql: "SELECT entries FROM answer_pages"))
    while let page = try pages.next() { Self.eachEntry(of: page[0]) { fingerprint, _ in filter.add(fingerprint) } }
    return filter
  }

  private static func page(of fingerprint: Int64) -> Int64 { Int64(UInt64(bitPattern: fingerprint) >> 58) }

  /// Each fingerprint of a page, with its answer's number from the run's first.
  private static func eachEntry(of page: Data, _ body: (_ fingerprint: Int64, _ offset: Int64) -> Void) {
    page.withUnsafeBytes { bytes in
      for place in stride(from: 0, through: bytes.count - bytesOfEntry, by: bytesOfEntry) {
        body(
          Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int64.self)),
          Int64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt32.self))))
      }
    }
  }
}
