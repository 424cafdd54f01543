import FedowProtocol
import Model
import Rules

extension Books {
  /// A delegation as clients read it, with what is used of it in its local day.
  func answer(_ delegation: Delegation, now: LedgerTime) throws -> JSONObject {
    let day = try delegation.day(at: now)
    let used = try use(of: delegation.id, day: day)
    let zone = (try? TimeZones.system.rules(delegation.timeZone)) ?? .utc
    let time = { (microseconds: Int64?) in JSON(microseconds.map { LedgerTime(microseconds: $0).wire }) }
    let amount = { (limit: Int64?) in limit.map { JSON($0) } ?? .null }
    return JSONObject([
      ("id", JSON(delegation.id.text)), ("source", JSON(delegation.source.rawValue)),
      ("grantee", delegation.grantee.json),
      ("assets", delegation.assets.map { .array($0.map(\.text).sorted().map { JSON($0) }) } ?? .null),
      ("purpose", JSON(delegation.purpose.rawValue)), ("per_tap", amount(delegation.limits.perTap)),
      ("per_day", amount(delegation.limits.perDay)), ("total", amount(delegation.limits.total)),
      ("used_today", JSON(used.today)), ("used_total", JSON(used.total)), ("from", time(delegation.from)),
      ("until", time(delegation.until)), ("time_zone", JSON(delegation.timeZone)),
      ("day_ends_at", JSON(zone.dayEnd(at: now).wire)),
    ])
  }

  /// A stored delegation as its owner reads it.
  func answer(_ stored: StoredDelegation, now: LedgerTime) throws -> JSON {
    var object = try answer(stored.terms, now: now)
    object["created_at"] = JSON(stored.createdAt.wire)
    object["revoked_at"] = JSON(stored.revokedAt?.wire)
    object["revoked_by"] = JSON(stored.revokedBy)
    return .object(object)
  }

  /// Those under which a place may debit a card now, in the order in which they are tried.
  func delegations(over wallet: EntityID, card: Card, at place: Place, now: LedgerTime) throws -> [JSON] {
    let standing =
      try card.user == nil ? [issueDelegation(of: wallet, origin: card.origin)] : delegations(of: wallet)
    let federations = Set(try self.federations(of: place.uuid))
    return try standing.filter {
      // Whatever it is for and whatever it covers: does it let this place debit at all?
      DelegationRules.covers(
        $0,
        DelegationRules.Debit(
          place: place.uuid, federations: federations, assets: [], amount: 0, purpose: $0.purpose,
          instant: now.microseconds))
    }.map { .object(try narrowed(try answer($0, now: now), to: card, now: now)) }
  }
}

extension Delegation.Grantee {
  var json: JSON {
    switch self {
    case .place(let place): ["place": JSON(place.text)]
    case .federation(let federation): ["federation": JSON(federation.text)]
    case .all: ["all": true]
    }
  }
}
