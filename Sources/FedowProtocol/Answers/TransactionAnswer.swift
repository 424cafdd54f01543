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
  public func json(card: JSON) -> JSON {
    json(names: [], card: [("card", card)])
  }

  /// The short form, with the parties' names and without the card, as in a token's `last_transaction`.
  public func json(senderName: String, receiverName: String) -> JSON {
    json(names: [("sender_name", JSON(senderName)), ("receiver_name", JSON(receiverName))], card: [])
  }

  private func json(names: [(String, JSON)], card: [(String, JSON)]) -> JSON {
    let head: [(String, JSON)] = [
      ("uuid", JSON(entry.id.text)), ("action", JSON(entry.action.rawValue)),
      ("get_action_display", JSON(entry.action.frenchName)), ("hash", JSON(hash)),
      ("datetime", JSON(entry.datetime.wire)),
      ("subscription_first_datetime", JSON(entry.subscriptionFirst?.wire)),
      ("subscription_start_datetime", JSON(entry.subscriptionStart?.wire)),
      ("subscription_type", JSON(entry.subscriptionType)), ("last_check", JSON(entry.lastCheck.wire)),
      ("sender", JSON(entry.sender.text)), ("receiver", JSON(entry.receiver.text)),
    ]
    let tail: [(String, JSON)] = [
      ("primary_card", JSON(entry.primaryCard?.text)), ("previous_transaction", JSON(entry.previousID.text)),
      // The hash was computed at posting and `ledgerd verify` recomputes it; a reader need not pay for it again.
      ("verify_hash", true),
    ]
    let middle: [(String, JSON)] = [
      ("asset", JSON(entry.asset.text)), ("amount", JSON(entry.amount)), ("comment", JSON(entry.comment)),
      ("metadata", entry.metadata),
    ]
    return .object(JSONObject(head + names + middle + card + tail))
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
