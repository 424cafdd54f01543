import FedowProtocol
import Model

extension Receipt {
  /// Reads the answer of `POST /v1/debits/`; nil when a field is missing or of another kind.
  public init?(_ json: JSON) {
    guard let id = json["id"]?.text.flatMap({ EntityID($0) }), let card = json["card"]?.text,
      let transactions = json["transactions"]?.elements?.map({ Transaction($0) }),
      !transactions.isEmpty || json["is_unrecorded"]?.bool == true || json["entrance"]?.object != nil,
      let balances = json["balances"]?.elements?.map({ Balance($0) })
    else { return nil }
    let known = (transactions.compactMap { $0 }, balances.compactMap { $0 })
    guard known.0.count == transactions.count, known.1.count == balances.count else { return nil }
    self.init(
      id: id, card: card, transactions: known.0, balances: known.1,
      entrance: json["entrance"].flatMap { $0.object == nil ? nil : $0 })
  }

  /// Reads the answer of a void: its transactions are the reverse, and it tells no balances.
  init?(void json: JSON, card: String) {
    guard let id = json["id"]?.text.flatMap({ EntityID($0) }), let transactions = json["transactions"]?.elements else {
      return nil
    }
    self.init(id: id, card: card, transactions: transactions.compactMap { Transaction($0) }, balances: [])
  }

  /// The same as JSON, for the store and the local API.
  public var json: JSON {
    var object = JSONObject([
      ("id", JSON(id.text)), ("card", JSON(card)), ("transactions", .array(transactions.map(\.json))),
      ("balances", .array(balances.map(\.json))),
    ])
    if isUnrecorded { object["is_unrecorded"] = .bool(true) }
    if let entrance { object["entrance"] = entrance }
    return .object(object)
  }
}

extension Receipt.Transaction {
  fileprivate init?(_ json: JSON) {
    guard let uuid = json["uuid"]?.text.flatMap({ EntityID($0) }), let hash = json["hash"]?.text,
      let asset = json["asset"]?.text.flatMap({ EntityID($0) }), let amount = json["amount"]?.int64,
      let datetime = json["datetime"]?.text
    else { return nil }
    self.init(
      uuid: uuid, hash: hash, asset: asset, assetName: json["asset_name"]?.text ?? "",
      amount: Amount(minorUnits: amount), datetime: datetime)
  }

  fileprivate var json: JSON {
    [
      "uuid": JSON(uuid.text), "hash": JSON(hash), "asset": JSON(asset.text), "asset_name": JSON(assetName),
      "amount": JSON(amount.minorUnits), "datetime": JSON(datetime),
    ]
  }
}

extension Receipt.Balance {
  fileprivate init?(_ json: JSON) {
    guard let asset = json["asset"]?.text.flatMap({ EntityID($0) }), let after = json["after"]?.int64 else {
      return nil
    }
    self.init(
      asset: asset, name: json["name"]?.text ?? "", category: json["category"]?.text ?? "",
      before: json["before"]?.int64.map { Amount(minorUnits: $0) }, after: Amount(minorUnits: after))
  }

  fileprivate var json: JSON {
    [
      "asset": JSON(asset.text), "name": JSON(name), "category": JSON(category),
      "before": before.map { JSON($0.minorUnits) } ?? nil, "after": JSON(after.minorUnits),
    ]
  }
}
