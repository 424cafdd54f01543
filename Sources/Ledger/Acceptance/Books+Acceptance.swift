import FedowProtocol
import GRDB
import Model
import Rules

/// What a place takes: what its federations share with it, as far as it agreed.
extension Books {
  /// What a place said; everything where it said nothing.
  func acceptancePolicy(of place: EntityID) throws -> AcceptancePolicy {
    if let known = memory?.acceptancePolicies[place] { return known }
    var policy = AcceptancePolicy()
    if let row = try row("SELECT takes_unnamed FROM acceptance_policies WHERE place = ?", [place.text]) {
      policy.takesUnnamed = row[0]
    }
    for row in try rows("SELECT asset, is_accepted, ceiling FROM acceptances WHERE place = ?", [place.text]) {
      policy.named[try row.id("asset")] = Acceptance(isAccepted: row["is_accepted"], ceiling: row["ceiling"])
    }
    memory?.acceptancePolicies[place] = policy
    return policy
  }

  func set(_ policy: AcceptancePolicy, of place: EntityID) throws {
    try execute(
      "INSERT OR REPLACE INTO acceptance_policies (place, takes_unnamed) VALUES (?, ?)",
      [place.text, policy.takesUnnamed])
    try execute("DELETE FROM acceptances WHERE place = ?", [place.text])
    for (asset, acceptance) in policy.named.sorted(by: { $0.key < $1.key }) {
      try execute(
        "INSERT INTO acceptances (place, asset, is_accepted, ceiling) VALUES (?, ?, ?, ?)",
        [place.text, asset.text, acceptance.isAccepted, acceptance.ceiling])
    }
  }

  /// Whether a place accepts an asset now: a change of a federation or of the place's own word counts at once.
  func accepts(_ asset: Asset, at place: Place) throws -> Bool {
    if asset.isArchived { return false }
    if asset.isAlwaysTaken(at: place) { return true }
    let pair = BooksMemory.Pair(one: asset.uuid, other: place.uuid)
    if let isAccepted = memory?.acceptance[pair] { return isAccepted }
    let isAccepted =
      try acceptancePolicy(of: place.uuid).acceptance(of: asset.uuid).isAccepted && isShared(asset, with: place)
    memory?.acceptance[pair] = isAccepted
    return isAccepted
  }

  /// Whether a place may see an asset's dealings: its own, the federated one, and what is shared with it, taken or not.
  func isShared(_ asset: Asset, with place: Place) throws -> Bool {
    if asset.isArchived { return false }
    if asset.isAlwaysTaken(at: place) { return true }
    return try row(
      """
      SELECT 1 FROM federation_assets fa JOIN federation_places fp ON fp.federation = fa.federation
      WHERE fa.asset = ? AND fp.place = ?
      """, [asset.uuid.text, place.uuid.text]) != nil
  }

  /// How much more of an asset a place takes, in minor units; nil: any sum. What is reserved or due of it is held too.
  func room(for asset: Asset, at place: Place) throws -> Int64? {
    guard !asset.isAlwaysTaken(at: place),
      let acceptance = try acceptancePolicy(of: place.uuid).named[asset.uuid], acceptance.ceiling != nil
    else { return nil }
    return acceptance.room(holding: try token(of: asset.uuid, in: place.wallet)?.balance ?? 0)
  }

  /// What a place said, with every asset of others that it may meet or holds.
  func acceptanceJSON(of place: Place) throws -> JSON {
    let policy = try acceptancePolicy(of: place.uuid)
    let assets = try assets().compactMap { asset -> JSON? in
      guard !asset.isAlwaysTaken(at: place) else { return nil }
      let isShared = try isShared(asset, with: place)
      let held = try token(of: asset.uuid, in: place.wallet)?.balance ?? 0
      guard isShared || policy.named[asset.uuid] != nil || held > 0 else { return nil }
      let acceptance = policy.acceptance(of: asset.uuid)
      return [
        "asset": JSON(asset.uuid.text), "name": JSON(asset.name), "category": JSON(asset.category.rawValue),
        "currency_code": JSON(asset.currencyCode), "origin_place": JSON(asset.origin?.text),
        "is_shared": .bool(isShared), "is_accepted": .bool(isShared && acceptance.isAccepted),
        "ceiling": acceptance.ceiling.map { JSON($0) } ?? .null, "held": JSON(held),
        "room": acceptance.room(holding: held).map { JSON($0) } ?? .null,
      ]
    }
    return ["unnamed": policy.takesUnnamed ? "accepted" : "refused", "assets": .array(assets)]
  }
}

extension Books.Asset {
  /// Whether a place takes it whatever it says: its own money, and the federated one (protocol section 5).
  func isAlwaysTaken(at place: Books.Place) -> Bool { issuerWallet == place.wallet || category == .federated }
}

extension LedgerWriter {
  /// That a place has room for so much of an asset: exact, because nobody else writes meanwhile.
  /// - Throws: `Refusal` with `over_ceiling`.
  func checkRoom(for asset: Books.Asset, at place: Books.Place, amount: Int64) throws {
    guard let room = try books.room(for: asset, at: place), amount > room else { return }
    throw Refusal(
      .overCeiling,
      "This place takes only \(Amount(minorUnits: room)) more of '\(asset.name)' until its issuer has paid it out.")
  }
}
