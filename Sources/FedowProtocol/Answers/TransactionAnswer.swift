import Model

/// A transaction as clients read it: with its card, or the shorter form inside a token.
public struct TransactionAnswer: Sendable {
  /// The block of the chain.
  public let entry: ChainEntry
  /// Its hash as it was stored.
  public let hash: String

  /// A transaction to be shown.
  public init(entry: ChainEntry, hash: String) {
    self.entry = entry
    self.hash = hash
  }

  /// The full form; `card` is null when no card took part, or when its reader may not see it.
  public func json(card: JSON) -> JSON { json(names: nil, card: card) }

  /// The short form, with the parties' names and without the card, as in a token's `last_transaction`.
  public func json(senderName: String, receiverName: String) -> JSON {
    json(names: (senderName, receiverName), card: nil)
  }

  private func json(names: (sender: String, receiver: String)?, card: JSON?) -> JSON {
    var object = ObjectWriter()
    object.add("uuid", entry.id.text)
    object.add("action", entry.action.rawValue)
    object.add("get_action_display", entry.action.frenchName)
    object.add("hash", hash)
    object.add("datetime", entry.datetime.wire)
    object.add("subscription_first_datetime", entry.subscriptionFirst?.wire)
    object.add("subscription_start_datetime", entry.subscriptionStart?.wire)
    object.add("subscription_type", entry.subscriptionType)
    object.add("last_check", entry.lastCheck.wire)
    object.add("sender", entry.sender.text)
    object.add("receiver", entry.receiver.text)
    if let names {
      object.add("sender_name", names.sender)
      object.add("receiver_name", names.receiver)
    }
    object.add("asset", entry.asset.text)
    object.add("amount", entry.amount)
    object.add("comment", entry.comment)
    object.add("metadata", entry.metadata)
    if let card { object.add("card", card) }
    object.add("primary_card", entry.primaryCard?.text)
    object.add("previous_transaction", entry.previousID.text)
    // The hash was computed at posting and `ledgerd verify` recomputes it; a reader need not pay for it again.
    object.add("verify_hash", true)
    return object.finish()
  }
}

extension TransactionAction {
  /// What tills print; the server's language is French.
  public var frenchName: String {
    switch self {
    case .firstBlock: "Premier bloc"
    case .creation: "Creation monétaire"
    case .refill: "Recharge"
    case .sale: "Vente d'article"
    case .qrCodeSale: "Vente via QrCode ou NFC"
    case .membership: "Abonnement ou adhésion"
    case .badge: "Badgeuse"
    case .refund: "Remboursement"
    case .void: "Dissocier une carte de son wallet"
    case .fusion: "Fusion de deux wallets"
    case .bankDeposit: "Remise en banque"
    case .transfer: "Virement"
    case .correction: "Correction"
    }
  }
}
