import FedowProtocol
import Model
import Rules

extension CardReading {
  /// Reads the answer of `GET /v1/cards/{tag}/`; nil when it is not a card.
  ///
  /// A balance or a limit that cannot be understood makes the whole card unreadable: guessing about money is worse than
  /// asking the person to try again.
  /// - Parameters:
  ///   - place: this kiosk's place, whose own money is told by its id.
  ///   - placeWallet: the wallet that will be paid.
  init?(native body: [UInt8], place: EntityID, placeWallet: EntityID) {
    guard let json = try? JSON.parse(body), let tag = json["tag"]?.text,
      let standing = json["state"]?.text.flatMap({ CardStanding(rawValue: $0) }),
      // Of a blocked card the ledger shows no wallet; its own id stands for it here, and no debit ever names it.
      let wallet = (json["wallet"]?.text ?? (standing == .blocked ? json["card"]?.text : nil)).flatMap({ EntityID($0) }
      ),
      let assets = json["holdings"]?.elements, let delegations = json["delegations"]?.elements
    else { return nil }
    let holdings = assets.compactMap { Holding(native: $0, place: place, placeWallet: placeWallet) }
    let authorities = delegations.compactMap { DebitAuthority($0) }
    guard holdings.count == assets.count, authorities.count == delegations.count else { return nil }
    let accepted = zip(holdings, assets).filter { $0.1["is_accepted"]?.bool ?? true }.map(\.0)
    self.init(
      card: CardSnapshot(
        firstTagID: tag, numberPrinted: json["number_printed"]?.text ?? "", wallet: wallet,
        isEphemeral: json["is_ephemeral"]?.bool ?? false, holdings: accepted),
      authorities: zip(authorities, delegations).filter { $0.1["purpose"]?.text ?? "tap" == "tap" }.map(\.0),
      standing: standing, isPrimary: json["is_primary"]?.bool ?? false, memberships: Self.memberships(in: assets),
      body: body)
  }
}

extension CardReading {
  /// A membership whose standing cannot be understood is none: nobody is let in by a guess.
  private static func memberships(in holdings: [JSON]) -> [EntityID: MembershipStanding] {
    var found: [EntityID: MembershipStanding] = [:]
    for membership in holdings.compactMap({ $0["membership"] }) {
      guard let asset = membership["asset"]?.text.flatMap({ EntityID($0) }), let word = membership["standing"]?.text
      else { continue }
      let instant = membership["instant"]?.text.flatMap { LedgerTime.parse($0) }?.microseconds
      found[asset] = MembershipStanding(word: word, instant: instant)
    }
    return found
  }
}

extension Holding {
  fileprivate init?(native json: JSON, place: EntityID, placeWallet: EntityID) {
    guard let asset = json["asset"]?.text.flatMap({ EntityID($0) }), let balance = json["balance"]?.int64,
      let category = json["category"]?.text.flatMap({ AssetCategory(rawValue: $0) })
    else { return nil }
    let room = json["room"] ?? .null
    guard room.isNull || room.int64 != nil else { return nil }
    self.init(
      asset: asset, assetName: json["name"]?.text ?? "", category: category,
      issuerWallet: json["origin_place"]?.text == place.text ? placeWallet : nil, balance: Amount(minorUnits: balance),
      room: room.int64.map { Amount(minorUnits: $0) })
  }
}

extension DebitAuthority {
  /// Reads one of a card's `delegations`; nil when a limit is not a number or null.
  fileprivate init?(_ json: JSON) {
    guard let id = json["id"]?.text.flatMap({ EntityID($0) }) else { return nil }
    let limits = ["per_tap", "per_day", "total"].map { json[$0] ?? .null }
    guard limits.allSatisfy({ $0.isNull || $0.int64 != nil }) else { return nil }
    var assets: Set<EntityID>?
    if let named = json["assets"], !named.isNull {
      guard let elements = named.elements else { return nil }
      let ids = elements.compactMap { $0.text.flatMap { EntityID($0) } }
      guard ids.count == elements.count else { return nil }
      assets = Set(ids)
    }
    let amounts = limits.map { $0.int64.map { Amount(minorUnits: $0) } }
    self.init(
      id: id, assets: assets, perTap: amounts[0], perDay: amounts[1], total: amounts[2],
      usedToday: Amount(minorUnits: json["used_today"]?.int64 ?? 0),
      usedTotal: Amount(minorUnits: json["used_total"]?.int64 ?? 0), from: Self.time(json["from"]),
      until: Self.time(json["until"]), dayEndsAt: Self.time(json["day_ends_at"]))
  }

  private static func time(_ json: JSON?) -> Int64? { json?.text.flatMap { LedgerTime.parse($0) }?.microseconds }
}
