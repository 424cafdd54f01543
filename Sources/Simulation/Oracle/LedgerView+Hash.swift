import FedowProtocol
import Model
import Signing

extension LedgerView.Block {
  /// The hash that a block of this content has by the protocol: each field as Python writes it, sorted by name. No run has
  /// memberships or payments by Stripe.
  var ownHash: String {
    let time = { (microseconds: Int64) in JSON(LedgerTime(microseconds: microseconds).isoformat) }
    let fields = JSONObject([
      ("action", JSON(action)), ("amount", JSON(String(amount))), ("asset", JSON(asset)), ("card", JSON(card)),
      ("checkoupt_stripe", "None"), ("comment", JSON(comment ?? "None")), ("datetime", time(datetime)),
      ("last_check", time(lastCheck)), ("metadata", JSON(metadata.pythonString)),
      ("previous_asset_transaction_hash", JSON(previousHash)),
      ("previous_asset_transaction_uuid", JSON(previousID)), ("primary_card", JSON(primaryCard)),
      ("receiver", JSON(receiver)), ("sender", JSON(sender)), ("subscription_first_datetime", nil),
      ("subscription_start_datetime", nil), ("subscription_type", "NO"),
    ])
    return Hexadecimal.encode(SHA256.hash(Array(JSON.object(fields).pythonDump().utf8)))
  }
}
