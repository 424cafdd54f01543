import FedowProtocol
import Model
import Rules

/// What melting means for one balance now.
struct MeltingOutlook {
  /// Under which terms a period runs now or next; nil when none ever does again.
  let terms: MeltTerms?
  /// What is due and not posted yet, in minor units.
  let due: Int64
  /// What the balance is without it.
  let balance: Int64
  /// What melts next if nothing moves; nil: nothing does.
  let next: Melt?

  /// What the holder and the kiosk read of it.
  var nextJSON: JSON {
    guard let next else { return .null }
    return ["amount": JSON(next.amount), "at": JSON(LedgerTime(microseconds: next.period.end).wire)]
  }
}

extension Books {
  /// What melting means for a balance; nil for an asset that never melts, or that the wallet never held.
  func meltingOutlook(of asset: EntityID, in wallet: EntityID) throws -> MeltingOutlook? {
    let versions = try meltingTerms(of: asset)
    guard !versions.isEmpty, let token = try token(of: asset, in: wallet) else { return nil }
    let now = try meltingInstant(of: asset)
    var calendar = try MeltCalendars.shared.calendar(of: versions, past: now)
    var balance = try meltingBalance(token, in: wallet, calendar: calendar)
    let due = balance.melt(upTo: now, in: calendar).map(\.amount).saturatingSum
    return MeltingOutlook(
      terms: calendar.period(endingAfter: now).map { versions[$0.version] }, due: due, balance: balance.balance,
      next: balance.next(after: now, in: &calendar))
  }

  /// What ever melted of a balance, in minor units.
  func melted(of asset: EntityID, in wallet: EntityID) throws -> Int64 {
    try row(
      "SELECT \(Self.sum("amount")) AS melted FROM melts WHERE wallet = ? AND asset = ?", [wallet.text, asset.text]
    )?["melted"] ?? 0
  }

  /// Every balance of a wallet that melts, with what melts of it next and by which terms.
  func demurrage(of wallet: EntityID) throws -> [JSON] {
    try storedTokens(in: wallet).compactMap { token in
      guard let outlook = try meltingOutlook(of: token.asset, in: wallet), let asset = try asset(token.asset) else {
        return nil
      }
      return [
        "asset": JSON(asset.uuid.text), "asset_name": JSON(asset.name), "balance": JSON(outlook.balance),
        "due": JSON(outlook.due), "melted": JSON(try melted(of: asset.uuid, in: wallet).saturatingSum(outlook.due)),
        "melts_next": outlook.nextJSON, "terms": outlook.terms.map(\.json) ?? .null,
      ]
    }
  }
}

extension LedgerQueries {
  /// `GET /v1/wallet/demurrage/`: what melts of the signer's money, when and by which terms.
  public func demurrage(_ wallet: EntityID, now: LedgerTime) async throws -> Answer {
    try await store.read { books in
      let books = books.at(now)
      return Answer([
        "wallet": JSON(wallet.text), "at": JSON(now.wire), "assets": .array(try books.demurrage(of: wallet)),
      ])
    }
  }
}

extension MeltTerms {
  /// The published terms.
  public var json: JSON {
    [
      "id": JSON(id.text), "from": JSON(LedgerTime(microseconds: from).wire), "rate_ppm": JSON(rate),
      "period": JSON(unit.rawValue), "grace_days": JSON(graceDays), "floor": JSON(floor),
      "receiver": JSON(receiver.text), "exempt_kinds": .array(exemptKinds.map(\.rawValue).sorted().map { JSON($0) }),
      "exempt_wallets": .array(exemptWallets.map(\.text).sorted().map { JSON($0) }), "time_zone": JSON(timeZone),
    ]
  }
}
