import FedowProtocol
import Model
import Rules

/// An entrance that the ledger has decided to record: everything that can be refused was looked at, and nothing written.
struct EntranceDecision {
  let request: EntranceRequest
  let membership: Books.Asset
  let standing: MembershipStanding
  private let badge: Books.Asset?
  private let wallet: EntityID
  private let place: Books.Place
  private let at: LedgerTime
  private let isOffline: Bool

  /// Decides; writes nothing.
  ///
  /// Who was let in without the ledger is in: how their membership stood is recorded, and nothing of it is refused.
  /// - Throws: `Refusal` with why they do not enter.
  init(
    _ request: EntranceRequest, wallet: EntityID?, at place: Books.Place, decidedAt: LedgerTime, isOffline: Bool,
    ledger: LedgerWriter
  ) throws {
    let books = ledger.books
    let assets = try request.memberships.map { try Self.asset($0, .membership, at: place, books) }
    badge = try request.badge.map { try Self.asset($0, .badge, at: place, books) }
    let best = try books.bestMembership(of: wallet, among: request.memberships, at: decidedAt)
    guard let membership = assets.first(where: { $0.uuid == best.asset }) else { throw Refusal(.ledgerBroken) }
    if let code = best.standing.refusal, !isOffline { throw Refusal(code) }
    guard let wallet else { throw Refusal(.membershipNone) }
    if !isOffline, let last = try books.lastEntrance(of: wallet, at: place.uuid, badge: request.badge),
      last <= decidedAt, decidedAt < last.adding(seconds: request.againAfter)
    {
      throw Refusal(.enteredAlready)
    }
    self.request = request
    self.membership = membership
    standing = best.standing
    self.wallet = wallet
    self.place = place
    at = decidedAt
    self.isOffline = isOffline
  }

  private static func asset(
    _ uuid: EntityID, _ category: AssetCategory, at place: Books.Place, _ books: Books
  ) throws -> Books.Asset {
    guard let asset = try books.asset(uuid), asset.category == category, try books.accepts(asset, at: place) else {
      throw Refusal(.assetNotAccepted, "This place has no such \(category == .badge ? "badge" : "membership").")
    }
    return asset
  }

  /// Records the badge and the entrance.
  /// - Returns: what the receipt says of it.
  func post(debit: EntityID, _ details: PostingDetails, _ ledger: LedgerWriter) throws -> JSON {
    let after = try ledger.books.lastSequence()
    var details = details
    details.authority = nil
    let posted = try badge.map { badge in
      try ledger.post(
        Posting(action: .badge, sender: wallet, receiver: place.wallet, terms: badge.terms, amount: .zero), details)
    }
    try ledger.books.insert(
      Books.Entrance(
        place: place.uuid, debit: debit, wallet: wallet, membership: membership.uuid, standing: standing,
        badge: badge?.uuid, posted: posted?.entry.id, at: at, afterSequence: after, isOffline: isOffline))
    var object = Self.json(membership, standing)
    object["badge"] = JSON(posted?.entry.id.text)
    return .object(object)
  }

  /// How a membership stands, as receipts and refusals say it.
  static func json(_ membership: Books.Asset, _ standing: MembershipStanding) -> JSONObject {
    JSONObject([
      ("membership", JSON(membership.uuid.text)), ("name", JSON(membership.name)), ("standing", JSON(standing.word)),
      ("instant", JSON(standing.instant.map { LedgerTime(microseconds: $0).wire })),
    ])
  }

  /// What a refusal says of the membership: since when it has expired, when it begins; nil when none of them exists.
  static func refused(
    _ request: EntranceRequest, wallet: EntityID?, at time: LedgerTime, _ books: Books
  ) throws -> JSON? {
    let best = try books.bestMembership(of: wallet, among: request.memberships, at: time)
    return try books.asset(best.asset).map { .object(json($0, best.standing)) }
  }
}
