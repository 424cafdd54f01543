import FedowProtocol
import Model
import Rules

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
    let places: Set<EntityID>?
    let limits: Limits
    /// Nil: for ever.
    var until: LedgerTime?
    var revoked = Certainty.no
  }

  /// A debit that a place asked for without a kiosk.
  struct Demand: Sendable {
    let tag: String
    let site: Int
    /// Whether half of it is taken of the other place's money.
    let isSplit: Bool
    var amount: Int64
    /// When it was told that it is made, in nanoseconds of virtual time.
    var madeAt: Int64?
    /// Whether it was told that it is not made.
    var isRefused = false
  }

  /// What a card opens.
  enum Opens: Sendable {
    /// This wallet, and no other card does.
    case wallet(String)
    /// Another wallet than this one, which it was emptied of.
    case freshWallet(not: String)
    /// Nobody knows, for something is under way or was repeated.
    case unknown
  }

  /// Cards that open nothing, by tag.
  var blocked: [String: Certainty] = [:]
  /// Who blocked them, where that is known.
  var blockers: [String: CardActor] = [:]
  /// By card, whatever its tag is now.
  var opens: [Int: Opens] = [:]
  /// The limits that people set for each card: several while they change.
  var cardLimits: [Int: [Limits]] = [:]
  /// The last debit before they were set.
  var cardLimitsFrom: [Int: Int64] = [:]
  /// What operators asked to be paid back, by the id that it is known by: nothing else is.
  var refunds: Set<String> = []
  /// What places wanted to have debited without a kiosk, by the debit's id.
  var demands: [String: Demand] = [:]
  /// The tag of each card that an old till sold to, by the sale's id.
  var oldTillSales: [String: String] = [:]
  /// Devices whose key has ended.
  var revoked: [EntityID: Certainty] = [:]
  var delegations: [EntityID: Grant] = [:]
  /// People whose grant is under way.
  var granting: Set<EntityID> = []
  /// People whose grant was repeated: then one may stand that nobody knows of.
  var repeatedly: Set<EntityID> = []
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
