import FedowProtocol

/// What a kiosk was told of blocked cards, by the answers that reached it; kept apart from what the kiosk makes of it.
struct ToldHotlist {
  /// The cards that the kiosk knows to be blocked, for it has asked from behind the answer that said so.
  private(set) var blocked: Set<String> = []
  /// How often it has asked again, one time after the other, for what it was told.
  private(set) var repetitions = 0
  private var pending: (version: Int64, entries: [(tag: String, isBlocked: Bool)])?

  /// Takes an answer that arrived.
  /// - Parameter since: the version that was asked from: what the kiosk has written down.
  mutating func take(_ list: JSON, since: Int64) {
    if let pending, pending.version == since {
      for (tag, isBlocked) in pending.entries { if isBlocked { blocked.insert(tag) } else { blocked.remove(tag) } }
    }
    repetitions = since < pending?.version ?? 0 ? repetitions + 1 : 0
    let entries = (list["entries"]?.elements ?? []).compactMap { entry in
      entry["tag"]?.text.map { (tag: $0, isBlocked: entry["state"]?.text == "blocked") }
    }
    // Whatever is being written may be so already.
    for entry in entries where !entry.isBlocked { blocked.remove(entry.tag) }
    pending = (list["version"]?.int64 ?? 0, entries)
  }
}
