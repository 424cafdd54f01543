import FedowProtocol
import Model
import Rules

/// How the membership stood by which a card let in, or did not.
public struct EntranceAnswer: Hashable, Sendable {
  /// The membership; nil when the card has none of those that let in.
  public let membership: EntityID?
  /// How it stood.
  public let standing: MembershipStanding
  /// When the ledger said so: at the tap, or before, when it does not answer.
  public let knownAt: LedgerTime

  /// An answer.
  public init(membership: EntityID?, standing: MembershipStanding, knownAt: LedgerTime) {
    self.membership = membership
    self.standing = standing
    self.knownAt = knownAt
  }

  /// As the local API shows it.
  var json: JSON {
    [
      "membership": JSON(membership?.text), "is_member": .bool(standing.refusal == nil),
      "standing": JSON(standing.word),
      "instant": JSON(standing.instant.map { LedgerTime(microseconds: $0).wire }), "known_at": JSON(knownAt.wire),
    ]
  }

  init?(_ json: JSON?) {
    guard let word = json?["standing"]?.text, let knownAt = json?["known_at"]?.text.flatMap({ LedgerTime.parse($0) }),
      let standing = MembershipStanding(
        word: word, instant: json?["instant"]?.text.flatMap { LedgerTime.parse($0) }?.microseconds)
    else { return nil }
    self.init(
      membership: json?["membership"]?.text.flatMap { EntityID($0) }, standing: standing, knownAt: knownAt)
  }
}
