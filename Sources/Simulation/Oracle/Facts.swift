import Model

/// The oracle's own idea of what operators and people have said, from what they were answered; it never asks the ledger.
final class Facts {
  /// What is known of something that was asked for and not yet answered: it may be so.
  enum Certainty: Sendable {
    case no, maybe, yes
  }

  /// What a person granted.
  struct Grant {
    let person: EntityID
    /// Nil: every place.
    let place: EntityID?
    let limits: Limits
    var revoked = Certainty.no
  }

  /// Cards that open nothing, by tag.
  var blocked: [String: Certainty] = [:]
  /// Devices whose key has ended.
  var revoked: [EntityID: Certainty] = [:]
  var delegations: [EntityID: Grant] = [:]
  /// People whose grant is under way, or was repeated: then one may stand that nobody knows of.
  var granting: Set<EntityID> = []
  /// The limits of cards without a person: several while they change.
  var terms = [Limits()]
  /// The last debit before they were set.
  var termsFrom: Int64 = 0
}

/// How much may be debited, in minor units; nil for no limit.
struct Limits: Hashable, Sendable, CustomStringConvertible {
  var perTap: Int64?
  var perDay: Int64?
  var total: Int64?

  var description: String { "\(perTap ?? -1)/\(perDay ?? -1)/\(total ?? -1)" }
}
