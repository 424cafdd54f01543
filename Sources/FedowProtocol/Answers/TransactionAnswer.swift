import Model

/// A transaction as clients read it: with its card, or the shorter form inside a token.
public struct TransactionAnswer: Sendable {
  /// The block of the chain.
  public let entry: ChainEntry
  /// What was sent as metadata, unchanged.
  public let metadata: JSON
  /// The comment, when there is one.
  public let comment: String?

  /// A transaction to be shown.
  public init(entry: ChainEntry, comment: String?, metadata: JSON) {
    self.entry = entry
    self.comment = comment
    self.metadata = metadata
  }

  /// The full form; `card` is null when no card took part, or when its reader may not see it.
  public func json(card: JSON) -> JSON {
    var object = head
    tail(of: &object, card: card)
    return .object(object)
  }

  /// The short form, with the parties' names and without the card, as in a token's `last_transaction`.
  public func json(senderName: String, receiverName: String) -> JSON {
    var object = head
    object["sender_name"] = JSON(senderName)
    object["receiver_name"] = JSON(receiverName)
    tail(of: &object, card: nil)
    return .object(object)
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
