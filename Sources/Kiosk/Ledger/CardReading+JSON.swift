import FedowProtocol
import Model

extension CardReading {
  /// Reads the answer of `GET /card/{tag}/` (protocol section 3, "Card" and "Token"); nil when it is not a card.
  ///
  /// A balance that cannot be understood makes the whole card unreadable: guessing about money is worse than asking the
  /// person to try again.
  public init?(parsing body: [UInt8]) {
    guard let json = try? JSON.parse(body), let tag = json["first_tag_id"]?.text,
      let wallet = json["wallet"]?["uuid"]?.text.flatMap({ EntityID($0) }),
      let tokens = json["wallet"]?["tokens"]?.elements
    else { return nil }
    let holdings = tokens.compactMap { Holding($0) }
    guard holdings.count == tokens.count else { return nil }
    let last = tokens.compactMap { token -> (EntityID, LastTransaction)? in
      guard let asset = token["asset_uuid"]?.text.flatMap({ EntityID($0) }),
        let transaction = FedowTransaction(token["last_transaction"])
      else { return nil }
      return (asset, LastTransaction(uuid: transaction.uuid, at: transaction.at))
    }
    self.init(
      card: CardSnapshot(
        firstTagID: tag, numberPrinted: json["number_printed"]?.text ?? "", wallet: wallet,
        isEphemeral: json["is_wallet_ephemere"]?.bool ?? false, holdings: holdings),
      lastTransactions: Dictionary(last, uniquingKeysWith: { first, _ in first }),
      isPrimary: json["is_primary"]?.bool ?? false, body: body)
  }
}

extension Holding {
  fileprivate init?(_ token: JSON) {
    guard let asset = token["asset_uuid"]?.text.flatMap({ EntityID($0) }), let value = token["value"]?.int64,
      let category = token["asset_category"]?.text.flatMap({ AssetCategory(rawValue: $0) })
    else { return nil }
    self.init(
      asset: asset, assetName: token["asset_name"]?.text ?? "", category: category,
      issuerWallet: token["asset"]?["wallet_origin"]?.text.flatMap { EntityID($0) },
      balance: Amount(minorUnits: value))
  }
}
