import Foundation
import GRDB
import Model

/// Finding a transaction by its hash: through pages of the hashes' first eight digits, written when they are full.
extension Books {
  /// Hashes a page.
  static let hashesInPage: Int64 = 1024

  /// The transaction of this hash.
  func transaction(hash: String) throws -> Posted? {
    guard hash.utf8.count == 64, let digits = UInt32(hash.prefix(8), radix: 16) else { return nil }
    let pages = try Row.fetchCursor(
      database.cachedStatement(sql: "SELECT first, digits FROM hash_pages ORDER BY first DESC"))
    if let posted = try recentTransaction(hash: hash) { return posted }
    while let page = try pages.next() {
      let first: Int64 = page[0]
      for sequence in Self.places(of: digits, in: page[1] as Data).map({ first + Int64($0) }) {
        if let posted = try transaction(sequence: sequence), posted.hash == hash { return posted }
      }
    }
    return nil
  }

  /// Among those after the last full page.
  private func recentTransaction(hash: String) throws -> Posted? {
    let last = try lastSequence()
    return try row(
      Self.transactionColumns + " WHERE sequence > ? AND hash = ?", [last - last % Self.hashesInPage, hash]
    ).map(posted)
  }

  /// Writes the page that this transaction is the last of.
  func indexHash(of posted: Posted) throws {
    guard posted.sequence.isMultiple(of: Self.hashesInPage) else { return }
    try writeHashPage(endingWith: posted.sequence)
  }

  /// Writes the pages of what was posted before there were any.
  func indexHashes() throws {
    for end in stride(from: Self.hashesInPage, through: try lastSequence(), by: Int(Self.hashesInPage)) {
      try writeHashPage(endingWith: end)
    }
  }

  private func writeHashPage(endingWith last: Int64) throws {
    let first = last - Self.hashesInPage + 1
    var digits = Data(capacity: Int(Self.hashesInPage) * 4)
    for row in try rows("SELECT substr(hash, 1, 8) FROM transactions WHERE sequence BETWEEN ? AND ?", [first, last]) {
      let value = UInt32(row[0] as String, radix: 16) ?? 0
      withUnsafeBytes(of: value.littleEndian) { digits.append(contentsOf: $0) }
    }
    try executeRemembered("INSERT OR REPLACE INTO hash_pages (first, digits) VALUES (?, ?)", [first, digits])
  }

  private static func places(of digits: UInt32, in page: Data) -> [Int] {
    page.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).filter {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) == digits
      }
    }
  }
}
