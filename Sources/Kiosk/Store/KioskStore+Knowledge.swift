import FedowProtocol
import GRDB
import Model

extension KioskStore {
  /// The version of the hotlist that is here; 0 when there is none.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func hotlistVersion() async throws(Refusal) -> Int64 {
    try await write { database in
      let row = try database.firstKept("SELECT value FROM knowledge WHERE subject = ?", ["hotlist"])
      return (row?["value"] as String?).flatMap { Int64($0) } ?? 0
    }
  }

  /// Takes over what changed on the hotlist, and that it is of this moment.
  ///
  /// A card that is free by the list may owe here all the same: the list does not say whether it knew of that already.
  /// - Parameter version: since when was asked. A list that is not newer is another ledger's, and whole: what it does not
  ///   name is on it no more.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func apply(_ hotlist: Hotlist, since version: Int64, at time: LedgerTime) async throws(Refusal) {
    try await write { database in
      if version == 0 || hotlist.version < version {
        try database.execute(sql: "DELETE FROM hotlist")
      }
      for (tag, standing) in hotlist.entries {
        let name = digest(tag)
        if standing == .usable {
          try database.executeKept("DELETE FROM hotlist WHERE tag = ?", [name])
        } else {
          try database.executeKept(
            "INSERT OR REPLACE INTO hotlist (tag, state) VALUES (?, ?)", [name, standing.rawValue])
        }
      }
      try Self.remember("hotlist", String(hotlist.version), at: time, in: database)
      try Self.remember("contact", "", at: time, in: database)
    }
  }

  /// Keeps the place's policy as the ledger told it.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func remember(policy: JSON, at time: LedgerTime) async throws(Refusal) {
    try await write { try Self.remember("policy", policy.compact, at: time, in: $0) }
  }

  /// Keeps when the ledger was heard last.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func noteContact(at time: LedgerTime) async throws(Refusal) {
    try await write { try Self.remember("contact", "", at: time, in: $0) }
  }

  /// What is remembered about `policy`, `hotlist` or `contact`, and from when; nil when nothing is.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func remembered(_ subject: String) async throws(Refusal) -> (value: String, at: LedgerTime)? {
    try await write { database in
      try database.firstKept("SELECT * FROM knowledge WHERE subject = ?", [subject])
        .map { ($0["value"], LedgerTime(microseconds: $0["at"])) }
    }
  }

  /// How many cards the hotlist names, and how much is outstanding, in minor units.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func offlineFigures() async throws(Refusal) -> (hotlisted: Int, outstanding: Amount, unsettled: Int) {
    try await write { database in
      let count = { (sql: String) throws -> Int64 in try Int64.fetchOne(database, sql: sql) ?? 0 }
      return (
        Int(try count("SELECT count(*) FROM hotlist")),
        Amount(minorUnits: try count("SELECT amount FROM offline_spending WHERE card = ''")),
        Int(try count("SELECT count(*) FROM unsettled"))
      )
    }
  }
}
