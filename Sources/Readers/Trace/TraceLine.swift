import FoundationEssentials
import Model

/// One line of a recorded trace: a reader event as a JSON object.
package struct TraceLine: Codable {
  let at_ns: Int64
  let reader: String
  var field: String?
  var uid: String?
  var technology: String?
  var state: String?
  var why: String?

  package init(_ event: ReaderEvent) {
    switch event {
    case .state(let reader, let state, let instant):
      self.reader = reader.name
      at_ns = instant.nanoseconds
      self.state = state.description
      why = state.fault
    case .sighting(let sighting):
      reader = sighting.reader.name
      at_ns = sighting.instant.nanoseconds
      switch sighting.field {
      case .empty: field = "empty"
      case .several: field = "several"
      case .lost: field = "lost"
      case .unreadable(let reason): (field, why) = ("unreadable", reason)
      case .tag(let tag, let kind): (field, uid, technology) = ("tag", tag.description, kind.rawValue)
      }
    }
  }

  /// The event; nil when the line does not describe one.
  package var event: ReaderEvent? {
    let instant = MonotonicTime(nanoseconds: at_ns)
    if let state { return Self.state(state, why: why).map { .state(ReaderID(reader), $0, instant) } }
    return sightedField.map { .sighting(TagSighting(reader: ReaderID(reader), field: $0, instant: instant)) }
  }

  private var sightedField: TagSighting.Field? {
    switch field {
    case "empty": return .empty
    case "several": return .several
    case "lost": return .lost
    case "unreadable": return .unreadable(why ?? "")
    case "tag":
      guard let uid = uid.flatMap({ try? TagUID(hex: $0) }) else { return nil }
      return .tag(uid, technology.flatMap { TagTechnology(rawValue: $0) } ?? .other)
    default: return nil
    }
  }

  private static func state(_ word: String, why: String?) -> ReaderState? {
    switch word {
    case "absent": .absent
    case "starting": .starting
    case "idle": .idle
    case "reading": .reading
    case "faulted": .faulted(why ?? "")
    default: nil
    }
  }
}
