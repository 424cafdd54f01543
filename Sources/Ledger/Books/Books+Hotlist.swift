import FedowProtocol
import GRDB
import Model

extension Books {
  /// The newest change of the hotlist; it only grows. 1 while nothing was ever listed: who has heard that list has heard one,
  /// and is told from then on of each card that is free again.
  func hotlistVersion() throws -> Int64 {
    try row("SELECT coalesce(max(version), 0) + 1 AS version FROM hotlist")?["version"] ?? 1
  }

  /// What changed since a version, oldest first; since 0 what is listed now.
  func hotlist(since version: Int64) throws -> JSON {
    let columns = "SELECT tag, state, since FROM hotlist WHERE"
    let entries =
      version <= 0
      ? try rows("\(columns) state <> 'usable' ORDER BY version")
      : try rows("\(columns) version >= ? ORDER BY version", [version])
    return .array(
      entries.map {
        ["tag": JSON($0["tag"] as String), "state": JSON($0["state"] as String), "since": JSON($0.time("since")?.wire)]
      })
  }
}
