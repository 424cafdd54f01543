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
    var object = ObjectWriter()
    object.add("uuid", uuid.text)
    object.add("name", asset.name)
    object.add("value", value)
    object.add("asset", asset.json)
    object.add("asset_uuid", asset.uuid.text)
    object.add("asset_name", asset.name)
    object.add("asset_category", asset.category.rawValue)
    object.add("is_primary_stripe_token", false)
    object.add(
      "last_transaction",
      last.map { $0.transaction.json(senderName: $0.senderName, receiverName: $0.receiverName) } ?? JSON.null)
    object.add("last_transaction_datetime", entry?.datetime.wire)
    object.add("start_membership_date", membershipStart?.wire)
    return object.finish()
  }
}
