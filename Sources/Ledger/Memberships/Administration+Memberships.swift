import FedowProtocol
import Model
import Rules

/// What is to hold for a membership from now on.
public struct MembershipChange: Hashable, Sendable {
  /// How long one payment lasts.
  public var period: MembershipPeriod
  /// The money that a renewal is paid in: name or uuid; nil: it costs nothing.
  public var priceAsset: String?
  /// What it costs, in minor units.
  public var price: Int64
  /// For how many seconds after the end a renewal is tried; nil: as is usual for the period.
  public var grace: Int64?
  /// Whose calendar counts; nil: that of the place's federation, or the server's.
  public var timeZone: String?

  /// A period, for nothing.
  public init(period: MembershipPeriod, priceAsset: String? = nil, price: Int64 = 0) {
    self.period = period
    self.priceAsset = priceAsset
    self.price = price
  }
}

extension Administration {
  /// Sets the terms of a membership, for what is paid from now on; the earlier ones stay for what was paid before.
  /// - Throws: `Refusal` with what is wrong, and nothing is changed then.
  public func setMembership(asset name: String, _ change: MembershipChange) async throws -> MembershipTerms {
    try await write { ledger in
      let books = ledger.books
      let asset = try books.existingAsset(name)
      guard asset.category == .membership else {
        throw Refusal(.assetNotAccepted, "'\(asset.name)' is no membership.")
      }
      let money = try change.priceAsset.map { try books.existingAsset($0) }
      try Self.check(change, paidIn: money, for: asset, books)
      let zone = try change.timeZone ?? books.meltingZone(of: asset)
      let rules = try TimeZones.system.rules(zone)
      let terms = MembershipTerms(
        number: 0, from: ledger.now.microseconds, period: change.period, priceAsset: money?.uuid, price: change.price,
        grace: change.grace ?? change.period.usualGrace, timeZone: zone)
      let isFirst = try books.membershipTerms(of: asset.uuid).isEmpty
      try books.insert(terms, of: asset.uuid)
      if isFirst { try books.endMemberships(of: asset.uuid, by: terms, in: rules) }
      guard let made = try books.membershipTerms(of: asset.uuid).last else { throw Refusal(.ledgerBroken) }
      try books.note(
        Books.AuditEntry(
          "membership_set", place: asset.origin, detail: ["asset": JSON(asset.uuid.text), "terms": made.json]),
        at: ledger.now)
      return made
    }
  }

  private static func check(
    _ change: MembershipChange, paidIn money: Books.Asset?, for asset: Books.Asset, _ books: Books
  ) throws {
    guard change.price >= 0, (change.price == 0) == (money == nil) else {
      throw Refusal(.amountInvalid, "A price is an amount above 0 and the money that it is paid in, or neither.")
    }
    guard (0...366 * 86_400).contains(change.grace ?? 0) else {
      throw Refusal(.requestMalformed, "The grace is 0 to 366 days.")
    }
    guard let money else { return }
    guard let place = try asset.origin.flatMap({ try books.place($0) }), try books.accepts(money, at: place),
      ![.membership, .badge].contains(money.category)
    else {
      throw Refusal(.assetNotAccepted, "'\(money.name)' is no money that the place of '\(asset.name)' accepts.")
    }
  }

  /// Every version of a membership's terms, or of every membership's.
  public func memberships(asset name: String?) async throws -> [(asset: Books.Asset, terms: [MembershipTerms])] {
    try await store.read { books in
      let assets = try name.map { [try books.existingAsset($0)] } ?? books.assets()
      return try assets.filter { $0.category == .membership }.map { ($0, try books.membershipTerms(of: $0.uuid)) }
    }
  }

  /// Gives a membership to whom a card belongs to, without a payment: to take over the members that there were.
  /// - Parameters:
  ///   - card: its tag id or the number printed on it.
  ///   - from: when it begins; nil: where theirs ends, or now.
  /// - Throws: `Refusal` with `unknown_card`, or with what is wrong.
  public func grantMembership(asset name: String, card text: String, from: LedgerTime?) async throws -> JSON {
    try await write { ledger in
      let books = ledger.books
      let asset = try books.existingAsset(name)
      guard asset.category == .membership, !asset.isArchived,
        let place = try asset.origin.flatMap({ try books.place($0) })
      else { throw Refusal(.assetNotAccepted, "'\(asset.name)' is no membership that is offered.") }
      guard let known = try books.card(tag: text.uppercased()) ?? books.card(numberPrinted: text) else {
        throw Refusal(.cardUnknown)
      }
      guard !known.isBlocked else { throw known.blockedRefusal }
      let (card, wallet) = try ledger.open(known)
      let posted = try ledger.post(
        Posting(action: .membership, sender: place.wallet, receiver: wallet, terms: asset.terms, amount: .zero),
        PostingDetails(card: card.uuid, comment: "Granted", subscriptionStart: from))
      try books.note(
        Books.AuditEntry(
          "membership_granted", place: place.uuid,
          detail: ["asset": JSON(asset.uuid.text), "transaction": JSON(posted.entry.id.text)]), at: ledger.now)
      return try books.membership(in: asset, of: wallet, at: ledger.now)
    }
  }

  /// What became of the renewals of a place's memberships, newest first.
  public func renewals(place name: String) async throws -> JSON {
    let place = try await store.read { try $0.existingPlace(name) }
    return try JSON.parse(try await LedgerQueries(store: store).renewals(place: place).body)
  }

  /// Renews now what is due.
  public func runRenewals() async throws -> JSON {
    let pass = RenewalPass(
      store: store.withClock(clock), submit: { command in try await write { try command.perform($0) } })
    let outcome = try await pass.run()
    return [
      "posted": JSON(Int64(outcome.posted)), "failing": JSON(Int64(outcome.failing)),
      "lapsed": JSON(Int64(outcome.lapsed)),
    ]
  }
}

extension MembershipTerms {
  /// The object.
  public var json: JSON {
    [
      "number": JSON(number), "from": JSON(LedgerTime(microseconds: from).wire), "period": JSON(period.word),
      "code": JSON(period.rawValue), "price_asset": JSON(priceAsset?.text), "price": JSON(price),
      "grace_s": JSON(grace), "time_zone": JSON(timeZone),
    ]
  }
}
