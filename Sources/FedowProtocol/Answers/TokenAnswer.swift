import Model

/// A balance of one asset in one wallet as clients read it.
public struct TokenAnswer: Sendable {
  /// Its uuid.
  public let uuid: EntityID
  /// Minor units.
  public let value: Int64
  /// The asset.
  public let asset: AssetAnswer
  /// The last transaction that touched it, with its parties' names.
  public let last: Last?

  /// A transaction and the names of its parties.
  public struct Last: Sendable {
    /// The transaction.
    public let transaction: TransactionAnswer
    /// The giver's name.
    public let senderName: String
    /// The receiver's name.
    public let receiverName: String

    /// A transaction with names.
    public init(transaction: TransactionAnswer, senderName: String, receiverName: String) {
      self.transaction = transaction
      self.senderName = senderName
      self.receiverName = receiverName
    }
  }

  /// A balance to be shown.
  public init(uuid: EntityID, value: Int64, asset: AssetAnswer, last: Last?) {
    self.uuid = uuid
    self.value = value
    self.asset = asset
    self.last = last
  }

  /// The object, keys in the order that the recordings have.
  public var json: JSON {
    let entry = last?.transaction.entry
    let membershipStart = asset.category == .membership ? entry?.subscriptionStart ?? entry?.datetime : nil
    return [
      "uuid": JSON(uuid.text), "name": JSON(asset.name), "value": JSON(value), "asset": asset.json,
      "asset_uuid": JSON(asset.uuid.text), "asset_name": JSON(asset.name),
      "asset_category": JSON(asset.category.rawValue), "is_primary_stripe_token": false,
      "last_transaction": last.map {
        $0.transaction.json(senderName: $0.senderName, receiverName: $0.receiverName)
      } ?? .null,
      "last_transaction_datetime": JSON(entry?.datetime.wire), "start_membership_date": JSON(membershipStart?.wire),
    ]
  }
}
