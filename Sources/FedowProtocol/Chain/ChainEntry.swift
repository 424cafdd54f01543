import Model
import Signing

/// What the hash of one transaction covers: the fields of the real Fedow's block, so that either can verify the other's.
public struct ChainEntry: Hashable, Sendable {
  /// The transaction's own id; only the first block hashes it, as its own predecessor.
  public let id: EntityID
  /// The wallet that gives.
  public let sender: EntityID
  /// The wallet that gets.
  public let receiver: EntityID
  /// The asset, whose chain this is.
  public let asset: EntityID
  /// Minor units.
  public let amount: Int64
  /// When it was posted; never before the block before.
  public let datetime: LedgerTime
  /// When the server last looked at it; made at posting and never changed by us.
  public let lastCheck: LedgerTime
  /// What it does.
  public let action: TransactionAction
  /// The customer's card.
  public let card: EntityID?
  /// The operator's card.
  public let primaryCard: EntityID?
  /// Free text.
  public let comment: String?
  /// What the client sent, unchanged.
  public let metadata: JSON
  /// The Stripe checkout behind a federated refill.
  public let checkoutStripe: EntityID?
  /// The kind of subscription; `NO` when it is none.
  public let subscriptionType: String
  /// When the subscription first began.
  public let subscriptionFirst: LedgerTime?
  /// When this period of it began.
  public let subscriptionStart: LedgerTime?
  /// The block before; the first block's is itself.
  public let previousID: EntityID
  /// Its hash; empty for the first block.
  public let previousHash: String

  /// A block of the chain.
  public init(
    id: EntityID, sender: EntityID, receiver: EntityID, asset: EntityID, amount: Int64, datetime: LedgerTime,
    lastCheck: LedgerTime, action: TransactionAction, card: EntityID?, primaryCard: EntityID?, comment: String?,
    metadata: JSON, checkoutStripe: EntityID? = nil, subscriptionType: String = "NO",
    subscriptionFirst: LedgerTime? = nil, subscriptionStart: LedgerTime? = nil, previousID: EntityID,
    previousHash: String
  ) {
    self.id = id
    self.sender = sender
    self.receiver = receiver
    self.asset = asset
    self.amount = amount
    self.datetime = datetime
    self.lastCheck = lastCheck
    self.action = action
    self.card = card
    self.primaryCard = primaryCard
    self.comment = comment
    self.metadata = metadata
    self.checkoutStripe = checkoutStripe
    self.subscriptionType = subscriptionType
    self.subscriptionFirst = subscriptionFirst
    self.subscriptionStart = subscriptionStart
    self.previousID = previousID
    self.previousHash = previousHash
  }
}

extension ChainEntry {
  /// The text that is hashed: `json.dumps(fields, sort_keys=True)`, every value a string or null.
  public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

  /// SHA-256 of the canonical text, 64 lower-case hexadecimal digits.
  public var hash: String { Hexadecimal.encode(SHA256.hash(canonicalBytes)) }

  /// Written in the order of the keys and straight into bytes: this is most of what a posting and an audit compute.
  private var canonicalBytes: [UInt8] {
    var fields = CanonicalFields()
    fields.append(plain: action.rawValue, as: "action")
    fields.append(plain: String(amount), as: "amount")
    fields.append(plain: asset.text, as: "asset")
    fields.append(plain: card?.text, as: "card")
    fields.append(plain: checkoutStripe?.text ?? "None", as: "checkoupt_stripe")
    fields.append(any: comment ?? "None", as: "comment")
    fields.append(plain: datetime.isoformat, as: "datetime")
    fields.append(plain: lastCheck.isoformat, as: "last_check")
    fields.append(any: metadata.pythonString, as: "metadata")
    fields.append(any: previousHash, as: "previous_asset_transaction_hash")
    fields.append(plain: previousID.text, as: "previous_asset_transaction_uuid")
    fields.append(plain: primaryCard?.text, as: "primary_card")
    fields.append(plain: receiver.text, as: "receiver")
    fields.append(plain: sender.text, as: "sender")
    fields.append(plain: subscriptionFirst?.isoformat, as: "subscription_first_datetime")
    fields.append(plain: subscriptionStart?.isoformat, as: "subscription_start_datetime")
    fields.append(any: subscriptionType, as: "subscription_type")
    return fields.bytes
  }
}

/// An object of strings and nulls, as Python writes it.
private struct CanonicalFields {
  private var written: [UInt8] = [UInt8(ascii: "{")]

  init() { written.reserveCapacity(1024) }

  var bytes: [UInt8] { written + [UInt8(ascii: "}")] }

  /// Appends a text of ours, in which nothing needs an escape.
  mutating func append(plain text: String?, as key: StaticString) {
    begin(key)
    guard let text else {
      written.append(contentsOf: "null".utf8)
      return
    }
    written.append(UInt8(ascii: "\""))
    written.append(contentsOf: text.utf8)
    written.append(UInt8(ascii: "\""))
  }

  /// Appends whatever a client wrote.
  mutating func append(any text: String, as key: StaticString) {
    begin(key)
    written.append(contentsOf: JSON(text).pythonDump().utf8)
  }

  private mutating func begin(_ key: StaticString) {
    if written.count > 1 { written.append(contentsOf: ", ".utf8) }
    written.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { written.append(contentsOf: $0) }
    written.append(contentsOf: "\": ".utf8)
  }
}
