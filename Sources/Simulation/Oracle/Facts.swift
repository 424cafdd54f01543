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
    /// Nil: all.
    var assets: Set<String>?
    /// Nil: from the beginning.
    var from: LedgerTime?
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
    /// Whether it is of money that no place takes but its own.
    var isStranger = false
    var amount: Int64
    /// When it was told that it is made, in nanoseconds of virtual time.
    var madeAt: Int64?
    /// Whether it was told that it is not made.
    var isRefused = false

    /// What of it is taken of which place's money.
    func parts(of amount: Int64) -> [(site: Int, amount: Int64)] {
      guard !isStranger else { return [(2, amount)] }
      let other = isSplit ? amount / 2 : 0
      return [(site, amount - other), (1 - site, other)].filter { $0.1 > 0 }
    }
  }

  /// A sale of an old till, as it was asked for.
  struct OldTillSale {
    let tag: String
    let site: Int
    /// Whose money it takes.
    let money: Int
    let amount: Int64
  }

  /// Money that comes to a wallet, as a place asked for it.
  struct Refill: Hashable {
    let wallet: String
    let asset: String
  }

  /// What an operator asked to be paid back, and at which place.
  struct Refund {
    let tag: String
    let site: Int
  }

  /// Who is paid in euros for another place's money.
  struct Deposit: Hashable {
    let holder: String
    let asset: String
  }

  /// What a person gives another.
  struct Transfer: Hashable {
    let sender: String
    let receiver: String
    let asset: String
    let amount: Int64
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
  /// Until when something that was given up may still block or free them, in nanoseconds of virtual time.
  var forsaken: [String: Int64] = [:]
  /// Who blocked them, where that is known.
  var blockers: [String: CardActor] = [:]
  /// Whose each card is, or was until it was emptied; by card.
  var persons: [Int: EntityID]
  /// Whose cards are about to become.
  var linking: [Int: EntityID] = [:]
  /// What people gave each other, by the id that it is known by.
  var transfers: [String: Transfer] = [:]
  /// How much people let themselves give: several while they change.
  var givingLimits: [EntityID: [Limits]] = [:]
  /// By card, whatever its tag is now.
  var opens: [Int: Opens] = [:]
  /// The limits that people set for each card: several while they change.
  var cardLimits: [Int: [Limits]] = [:]
  /// The last debit before they were set.
  var cardLimitsFrom: [Int: Int64] = [:]
  /// What operators asked to be paid back, by the id that it is known by: nothing else is.
  var refunds: [String: Refund] = [:]
  /// What places asked to fill, by the id that it is known by, and what is paid out: nothing else is.
  var refills: [String: Set<Refill>] = [:]
  var deposits: Set<Deposit> = []
  /// How operators wanted refused offline debits settled, by the debit's id.
  var settlements: [String: Set<String>] = [:]
  /// What places wanted to have debited without a kiosk, by the debit's id.
  var demands: [String: Demand] = [:]
  /// What old tills sold, by the sale's id.
  var oldTillSales: [String: OldTillSale] = [:]
  /// Devices whose key has ended.
  var revoked: [EntityID: Certainty] = [:]
  var delegations: [EntityID: Grant] = [:]
  /// People whose grant is under way.
  var granting: Set<EntityID> = []
  /// People whose grant was repeated: then one may stand that nobody knows of.
  var repeatedly: Set<EntityID> = []
  /// Places that are shut out, by their uuid.
  var disabled: [String: Certainty] = [:]
  /// The limits of cards without a person, by federation and under no name of the server: several while they change, nil
  /// where nobody has said anything.
  var terms: [String: [Limits?]] = ["": [Limits()]]
  /// What places take of the other's money, by the place's wallet: several while they change.
  var acceptances: [String: [Acceptance]] = [:]
  /// The last debit, and the last transaction, before they were set.
  var termsFrom: Int64 = 0
  var termsFromSequence: Int64 = 0

  init(_ template: Template) {
    let held = template.cards.enumerated().compactMap { number, card in card.person.map { (number, $0) } }
    persons = Dictionary(uniqueKeysWithValues: held)
  }

  /// The people who have cards, in the order of these.
  var holders: [EntityID] { persons.sorted { $0.key < $1.key }.map(\.value) }

  /// Whether nobody can tell that a card is a person's.
  func isAnonymous(_ card: Int) -> Bool { persons[card] == nil && linking[card] == nil }
}

extension Facts {
  /// The limits that a card without a person may carry: the narrowest of its issuer's federations, or the server's when no
  /// federation has any.
  func terms(of tag: String, _ template: Template) -> [Limits] {
    let own = template.federationNames(ofSite: template.issuer(of: tag)).map { terms[$0] ?? [nil] }
    let together = own.reduce([nil] as [Limits?]) { known, next in
      known.flatMap { one in next.map { other in one.map { $0.narrowed(by: other) } ?? other } }
    }
    return together.flatMap { $0.map { [$0] } ?? (terms[""] ?? []).compactMap(\.self) }
  }
}

/// How much may be debited, in minor units; nil for no limit.
struct Limits: Hashable, Sendable, CustomStringConvertible {
  var perTap: Int64?
  var perDay: Int64?
  var total: Int64?

  func narrowed(by other: Limits?) -> Limits {
    let least = { (limits: [Int64?]) in limits.compactMap(\.self).min() }
    return Limits(
      perTap: least([perTap, other?.perTap]), perDay: least([perDay, other?.perDay]),
      total: least([total, other?.total]))
  }

  var description: String { "\(perTap ?? -1)/\(perDay ?? -1)/\(total ?? -1)" }
}
