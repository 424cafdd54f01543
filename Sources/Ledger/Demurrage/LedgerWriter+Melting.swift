import FedowProtocol
import Model
import Rules

/// Posting what melts.
extension LedgerWriter {
  /// How a melting is named in the chain.
  static let meltingComment = "Demurrage"

  /// Posts what is due of the balances that a posting touches, before it touches them.
  func meltBefore(_ posting: Posting) throws {
    let asset = posting.terms.asset
    guard try !books.meltingTerms(of: asset).isEmpty else { return }
    for wallet in posting.sender == posting.receiver ? [posting.sender] : [posting.sender, posting.receiver] {
      try melt(posting.terms, in: wallet)
    }
  }

  /// Posts what is due of one balance: a transfer to the named wallet for each period that takes something.
  ///
  /// The authority is the asset's published terms, a delegation with the purpose of melting and nothing else: it is no
  /// sale, and what the owner of a wallet grants or revokes does not touch it.
  @discardableResult
  func melt(_ asset: AssetTerms, in wallet: EntityID) throws -> [Books.Posted] {
    var posted: [Books.Posted] = []
    // Each posting moves the chain on, and at the end of a period by chance into the next one.
    while let token = try books.token(of: asset.asset, in: wallet) {
      let due = try books.due(token, in: wallet)
      guard let until = due.until else { break }
      let versions = try books.meltingTerms(of: asset.asset)
      // First, so that what comes back here from the receiver's own melting finds nothing to do.
      try books.setMeltingMark(until, of: asset.asset, in: wallet)
      for melt in due.melts {
        posted.append(try post(melt, under: versions[melt.period.version], asset, from: wallet))
      }
    }
    return posted
  }

  private func post(
    _ melt: Melt, under terms: MeltTerms, _ asset: AssetTerms, from wallet: EntityID
  ) throws -> Books.Posted {
    try self.melt(asset, in: terms.receiver)
    let details = PostingDetails(
      comment: Self.meltingComment, metadata: terms.metadata(of: melt), isOfLedger: true)
    let posted = try record(
      Posting(
        action: .transfer, sender: wallet, receiver: terms.receiver, terms: asset,
        amount: Amount(minorUnits: melt.amount)), details)
    try books.insert(melt, terms: terms, wallet: wallet, posted: posted)
    return posted
  }
}

extension MeltTerms {
  /// What a melting's block says of itself.
  func metadata(of melt: Melt) -> JSON {
    let time = { (microseconds: Int64) in JSON(LedgerTime(microseconds: microseconds).wire) }
    return [
      "demurrage": [
        "terms": JSON(id.text), "rate_ppm": JSON(rate), "period": JSON(unit.rawValue),
        "from": time(melt.period.start), "until": time(melt.period.end), "least": JSON(melt.least),
        "floor": JSON(floor),
        "delegation": [
          "purpose": JSON(Delegation.Purpose.demurrage.rawValue), "source": "terms", "id": JSON(id.text),
        ],
      ]
    ]
  }
}
