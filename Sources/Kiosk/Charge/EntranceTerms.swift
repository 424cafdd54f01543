import FedowProtocol
import Model

/// What makes a charge an entrance: who may come in, and what is recorded of it.
public struct EntranceTerms: Hashable, Sendable {
  /// The memberships of which any one lets in.
  public let memberships: [EntityID]
  /// The badge that is recorded; nil for none.
  public let badge: EntityID?
  /// For how many seconds the same person is not let in again here: a card that is passed back over the fence.
  public let againAfter: Int64

  /// What is usual for that: five minutes.
  public static let usualAgainAfter: Int64 = 300

  /// The terms of an entrance.
  /// - Throws: `Refusal` with code `request_malformed`.
  public init(
    memberships: [EntityID], badge: EntityID? = nil, againAfter: Int64 = EntranceTerms.usualAgainAfter
  ) throws(Refusal) {
    guard (1...20).contains(memberships.count) else {
      throw Refusal(.requestMalformed, "An entrance names 1 to 20 memberships of which any one lets in.")
    }
    guard (0...86_400).contains(againAfter) else {
      throw Refusal(.requestMalformed, "again_after_s is a number of seconds from 0 to 86400.")
    }
    self.memberships = memberships
    self.badge = badge
    self.againAfter = againAfter
  }

  /// As the ledger takes it, and as it is kept.
  var json: JSON {
    [
      "memberships": .array(memberships.map { JSON($0.text) }), "badge": JSON(badge?.text),
      "again_after_s": JSON(againAfter),
    ]
  }

  /// Reads what was kept; nil when there is none.
  init?(_ json: JSON?) {
    let memberships = json?["memberships"]?.elements?.compactMap { $0.text.flatMap { EntityID($0) } } ?? []
    guard
      let terms = try? EntranceTerms(
        memberships: memberships, badge: json?["badge"]?.text.flatMap { EntityID($0) },
        againAfter: json?["again_after_s"]?.int64 ?? Self.usualAgainAfter)
    else { return nil }
    self = terms
  }
}
