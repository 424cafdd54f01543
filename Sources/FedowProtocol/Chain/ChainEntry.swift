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
  /// How long a membership lasts, in the real Fedow's codes (`YEA`, `CIV`, `MON`, `WEK`, `DAY`, `HOR`); `NO` when it is
  /// none, or one of no known length.
  public let subscriptionType: String
  /// When the subscription first began.
  public let subscriptionFirst: LedgerTime?
  /// When this period of it began.
  public let subscriptionStart: LedgerTime?
  /// The block before; the first block's is itself.
  public let previousID: EntityID
  /// Its hash; empty for the first block.
  public let previousHash: String

  /// The code of what is no subscription.
  public static let noSubscription = "NO"

  /// A block of the chain.
  public init(
    id: EntityID, sender: EntityID, receiver: EntityID, asset: EntityID, amount: Int64, datetime: LedgerTime,
    lastCheck: LedgerTime, action: TransactionAction, card: EntityID?, primaryCard: EntityID?, comment: String?,
    metadata: JSON, checkoutStripe: EntityID? = nil, subscriptionType: String = ChainEntry.noSubscription,
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

  private var canonicalBytes: [UInt8] {
    var writer = JSONWriter(itemSeparator: ", ", keySeparator: ": ", escapesNonASCII: true, sortsKeys: false)
    // In the order of the keys, so that nothing needs sorting for each block.
    writer.write(texts: [
      ("action", action.rawValue),
      ("amount", String(amount)),
      ("asset", asset.text),
      ("card", card?.text),
      ("checkoupt_stripe", checkoutStripe?.text ?? "None"),
      ("comment", comment ?? "None"),
      ("datetime", datetime.isoformat),
      ("last_check", lastCheck.isoformat),
      ("metadata", metadata.pythonString),
      ("previous_asset_transaction_hash", previousHash),
      ("previous_asset_transaction_uuid", previousID.text),
      ("primary_card", primaryCard?.text),
      ("receiver", receiver.text),
      ("sender", sender.text),
      ("subscription_first_datetime", subscriptionFirst?.isoformat),
      ("subscription_start_datetime", subscriptionStart?.isoformat),
      ("subscription_type", subscriptionType),
    ])
    return writer.bytes
  }

  /// SHA-256 of the canonical text, 64 lower-case hexadecimal digits.
  public var hash: String { Hexadecimal.encode(SHA256.hash(canonicalBytes)) }
}
