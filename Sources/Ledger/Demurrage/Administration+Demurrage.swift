import FedowProtocol
import Model
import Rules

extension Administration {
  /// Publishes new terms of melting for an asset; they hold for the periods that begin from their day on.
  /// - Throws: `Refusal` with what is wrong: terms for the past, money that does not melt, an unknown receiver.
  public func setMelting(asset name: String, _ change: MeltingChange) async throws -> MeltTerms {
    try await write { ledger in
      let asset = try ledger.books.existingAsset(name)
      try Self.check(asset, change, ledger.books)
      let zone = try change.timeZone ?? ledger.books.meltingZone(of: asset)
      let from = try Self.instant(change.from, zone: zone)
      // Nothing that has begun gets other terms, also where the chain is ahead of a clock that was set back.
      guard from > max(ledger.now.microseconds, try ledger.books.meltingInstant(of: asset.uuid)) else {
        throw Refusal(.requestMalformed, "Terms of melting hold for the future only; give a later day.")
      }
      let terms = MeltTerms(
        id: ledger.newID(), number: 0, from: from, rate: change.rate, unit: change.unit, graceDays: change.graceDays,
        floor: change.floor, receiver: try ledger.books.meltingWallet(change.receiver),
        exemptWallets: Set(try change.exempt.map { try ledger.books.meltingWallet($0) }),
        exemptKinds: change.exemptKinds, timeZone: zone)
      try ledger.books.insert(terms, of: asset.uuid, at: ledger.now)
      try ledger.books.note(
        Books.AuditEntry(
          "melting_set", place: asset.origin, detail: ["asset": JSON(asset.uuid.text), "terms": terms.json]),
        at: ledger.now)
      guard let made = try ledger.books.meltingTerms(of: asset.uuid).last else { throw Refusal(.ledgerBroken) }
      return made
    }
  }

  private static func check(_ asset: Books.Asset, _ change: MeltingChange, _ books: Books) throws {
    switch asset.category {
    case .badge, .membership:
      throw Refusal(.assetNotAccepted, "'\(asset.name)' is no money; it does not melt.")
    case .federated:
      guard try change.rate == 0 || books.letsFederatedMelt() else {
        throw Refusal(
          .assetNotAccepted,
          "'\(asset.name)' is the federated money; every federation's terms must let it melt first. See: ledgerd "
            + "demurrage federated")
      }
    case .localFiat, .gift, .time, .loyalty: break
    }
    guard (0...MeltTerms.whole).contains(change.rate) else {
      throw Refusal(.requestMalformed, "A rate is between 0 % and 100 % a period.")
    }
    guard (0...3660).contains(change.graceDays), change.floor >= 0 else {
      throw Refusal(.requestMalformed, "The grace is 0 to 3660 days, the floor no negative sum.")
    }
  }

  private static func instant(_ date: (year: Int64, month: Int64, day: Int64), zone: String) throws -> Int64 {
    guard (1970...2200).contains(date.year),
      let day = CivilDate.days(year: date.year, month: date.month, day: date.day)
    else { throw Refusal(.requestMalformed, "There is no such day; write it like 2027-01-01.") }
    return try TimeZones.system.rules(zone).firstInstant(of: day) * 1_000_000
  }

  /// Every version of an asset's terms, or of every asset's; what is in force or to come, and what was.
  public func melting(asset name: String?) async throws -> [(asset: Books.Asset, terms: [MeltTerms])] {
    try await store.read { books in
      let assets = try name.map { [try books.existingAsset($0)] } ?? books.assets()
      return try assets.map { ($0, try books.meltingTerms(of: $0.uuid)) }.filter { name != nil || !$0.1.isEmpty }
    }
  }

  /// Lets the federated money melt as far as one federation is concerned, or not any more.
  ///
  /// Terms that were published stand; without the federation's leave none are added.
  public func letFederatedMelt(_ isAllowed: Bool, federation name: String) async throws {
    try await write { ledger in
      guard let federation = try ledger.books.federation(named: name) else {
        throw Refusal(.notFound, "There is no federation '\(name)'. See: ledgerd federation list")
      }
      try ledger.books.setLetsFederatedMelt(isAllowed, federation: federation)
      try ledger.books.note(
        Books.AuditEntry(
          "melting_federated", place: nil, detail: ["federation": JSON(name), "allowed": .bool(isAllowed)]),
        at: ledger.now)
    }
  }

  /// Posts what is due of all balances now.
  /// - Returns: how many postings, and how much of each asset.
  public func runMelting() async throws -> JSON {
    let pass = MeltPass(
      store: store.withClock(clock), melt: { command in try await write { try command.perform($0) } })
    let outcome = try await pass.run()
    return [
      "postings": JSON(outcome.postings),
      "assets": .array(
        outcome.amounts.sorted { $0.key < $1.key }.map { ["asset": JSON($0.key.text), "amount": JSON($0.value)] }),
    ]
  }
}

extension Books {
  /// Whose calendar counts: that of the federation of the asset's place; the server's for the federated money.
  func meltingZone(of asset: Asset) throws -> String {
    try asset.origin.flatMap { try delegationTerms(origin: $0).timeZone } ?? timeZone()
  }

  /// A wallet meant by its uuid, by a card that opens it, or by its place.
  func meltingWallet(_ text: String) throws -> EntityID {
    if let wallet = EntityID(text), try walletExists(wallet) { return wallet }
    if let wallet = try card(tag: text.uppercased())?.wallet { return wallet }
    if let place = try EntityID(text).flatMap({ try place($0) }) ?? place(named: text) { return place.wallet }
    throw Refusal(.notFound, "There is no wallet, no card and no place '\(text)'.")
  }
}
