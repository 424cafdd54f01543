import FedowProtocol

extension JSON {
  /// The keys under which a ledger's answers and this kiosk's own records hold a card's number.
  private static let names: Set<String> = [
    "tag", "uid", "first_tag_id", "complete_tag_id", "card", "full_uid", "user_card_firstTagId",
    "primary_card_fisrtTagId",
  ]

  /// The same with nothing in the places where this tag id, or any UID, stands.
  func nameless(_ tag: String) -> JSON {
    switch self {
    case .object(let object):
      return .object(
        JSONObject(
          object.entries.map { entry in
            let key = entry.key.string ?? ""
            let isName = Self.names.contains(key) && entry.value.text.map { $0.utf8.count <= 20 } == true
            return (key, isName ? "" : entry.value.nameless(tag))
          }))
    case .array(let elements): return .array(elements.map { $0.nameless(tag) })
    case .string(let text) where text.string == tag: return ""
    default: return self
    }
  }

  /// The same with a tag id put back where `nameless` took it from.
  func named(_ tag: String) -> JSON {
    switch self {
    case .object(let object):
      return .object(
        JSONObject(
          object.entries.map { entry in
            let key = entry.key.string ?? ""
            return (key, Self.names.contains(key) && entry.value == "" ? JSON(tag) : entry.value.named(tag))
          }))
    case .array(let elements): return .array(elements.map { $0.named(tag) })
    default: return self
    }
  }
}
