import FedowProtocol

/// What a kiosk was told of cards that may not pay, by the answers that reached it; kept apart from what the kiosk makes
/// of it.
struct ToldHotlist {
  /// The cards that the kiosk knows to be blocked, for it has asked from behind the answer that said so.
  var blocked: Set<String> { Set(states.filter { $0.value == "blocked" }.keys) }
  /// Those that it knows to owe, somewhere, for goods that are gone.
  var owing: Set<String> { Set(states.filter { $0.value == "unsettled" }.keys) }
  private var states: [String: String] = [:]
  /// How often it has asked again, one time after the other, for what it was told.
  private(set) var repetitions = 0
  private var pending: (version: Int64, entries: [(tag: String, state: String)])?

  /// Takes an answer that arrived.
  /// - Parameter since: the version that was asked from: what the kiosk has written down.
  mutating func take(_ list: JSON, since: Int64) {
    if let pending, pending.version == since {
      for (tag, state) in pending.entries { states[tag] = state }
    }
    repetitions = since < pending?.version ?? 0 ? repetitions + 1 : 0
    let entries = (list["entries"]?.elements ?? []).compactMap { entry in
      entry["tag"]?.text.map { (tag: $0, state: entry["state"]?.text ?? "") }
    }
    // Whatever is being written may be so already.
    for entry in entries where entry.state != states[entry.tag] { states[entry.tag] = nil }
    pending = (list["version"]?.int64 ?? 0, entries)
  }
}
