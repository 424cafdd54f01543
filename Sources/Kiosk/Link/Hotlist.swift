import FedowProtocol
import Model
import Rules

/// What the ledger says of cards that may not pay, since a version of its list.
public struct Hotlist: Sendable {
  /// The version that these entries bring the list to.
  public let version: Int64
  /// The cards, each with its standing of now; `usable` for one that was on the list.
  public let entries: [(tag: String, standing: CardStanding)]

  /// Reads the answer of `GET /v1/hotlist/`; nil when it is none: a list that is read in part is worse than an old one.
  public init?(_ json: JSON) {
    guard let version = json["version"]?.int64, let elements = json["entries"]?.elements else { return nil }
    let entries = elements.compactMap { entry -> (tag: String, standing: CardStanding)? in
      guard let tag = entry["tag"]?.text, let standing = entry["state"]?.text.flatMap({ CardStanding(rawValue: $0) })
      else { return nil }
      return (tag, standing)
    }
    guard entries.count == elements.count else { return nil }
    self.version = version
    self.entries = entries
  }
}
