import FedowProtocol
import Model
import Rules

/// Who is a member, and what became of renewals.
extension LedgerQueries {
  /// `GET /v1/cards/{tag}/memberships/`: whether whom a card belongs to is a member, at an instant; of the memberships that
  /// the place accepts.
  /// - Throws: `Refusal` with `unknown_card`, or why the card opens nothing.
  public func memberships(tag: String, at time: LedgerTime, place: Books.Place) async throws -> Answer {
    try await store.read { books in
      guard let card = try books.card(tag: tag) else { throw Refusal(.cardUnknown) }
      guard !card.isBlocked else { throw card.blockedRefusal }
      let assets = try card.wallet.map { try books.membershipAssets(of: $0) } ?? []
      return Answer([
        "tag": JSON(card.firstTagID), "at": JSON(time.wire),
        "memberships": .array(
          try assets.filter { try books.accepts($0, at: place) }.map { asset in
            try card.wallet.map { try books.membership(in: asset, of: $0, at: time) } ?? .null
          }),
      ])
    }
  }

  /// `GET /v1/wallet/memberships/`: the signer's, with what became of their renewals.
  public func memberships(of wallet: EntityID, now: LedgerTime) async throws -> Answer {
    try await store.read { books in
      Answer([
        "at": JSON(now.wire),
        "memberships": .array(
          try books.membershipAssets(of: wallet).map { try books.membership(in: $0, of: wallet, at: now) }),
        "renewals": .array(try books.renewals(of: wallet, limit: Self.renewalLimit).map { try books.line($0) }),
      ])
    }
  }

  /// `GET /v1/renewals/`: of the memberships that the place issues, newest first.
  public func renewals(place: Books.Place) async throws -> Answer {
    try await store.read { books in
      Answer(
        .array(
          try books.renewals(issuedBy: place.wallet, limit: Self.renewalLimit).map { renewal in
            var line = try books.line(renewal).object ?? JSONObject()
            line["wallet"] = JSON(renewal.wallet.text)
            let own = try books.cards(wallet: renewal.wallet).filter { $0.origin == place.uuid }
            line["cards"] = .array(own.map { JSON($0.numberPrinted) })
            return .object(line)
          }))
    }
  }

  /// The most renewals in one answer.
  static let renewalLimit = 500
}

extension Books {
  /// A membership as answers say it.
  func membership(in asset: Asset, of wallet: EntityID, at time: LedgerTime) throws -> JSON {
    let runs = try memberships(of: wallet, in: asset.uuid)
    return membership(in: asset, MembershipStanding(of: runs, at: time.microseconds), runs, at: time)
  }

  func membership(
    in asset: Asset, _ standing: MembershipStanding, _ runs: [MembershipRun], at time: LedgerTime
  ) -> JSON {
    let run = runs.last { $0.isValid(at: time.microseconds) } ?? runs.latest
    let wire = { (instant: Int64?) in JSON(instant.map { LedgerTime(microseconds: $0).wire }) }
    return [
      "asset": JSON(asset.uuid.text), "name": JSON(asset.name), "standing": JSON(standing.word),
      "instant": wire(standing.instant), "member_since": wire(run?.first), "period_from": wire(run?.start),
    ]
  }

  /// A renewal as its holder reads it.
  func line(_ renewal: Renewal) throws -> JSON {
    [
      "asset": JSON(renewal.asset.text), "name": JSON(try asset(renewal.asset)?.name),
      "from": JSON(LedgerTime(microseconds: renewal.start).wire), "state": JSON(renewal.state.rawValue),
      "code": JSON(renewal.code?.rawValue), "sentence": JSON(renewal.code?.sentenceForHolder),
      "tries": JSON(renewal.tries), "tried_at": JSON(renewal.triedAt.wire),
      "amount": renewal.amount.map { JSON($0) } ?? .null, "delegation": JSON(renewal.delegation?.text),
      "membership": JSON(renewal.membership?.text), "payment": JSON(renewal.payment?.text),
    ]
  }
}
