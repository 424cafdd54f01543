import Model

/// The bytes of a debit: made once, stored before they are sent, and the same in every repetition.
public struct SignedDebit: Hashable, Sendable {
  /// The tap's id.
  public let id: EntityID
  /// The 8-digit tag id of the card.
  public let card: String
  /// The card's wallet.
  public let wallet: EntityID
  /// The path, with its slash at the end.
  public let path: String
  /// The body.
  public let body: [UInt8]
  /// The `Signature` header's value. The API key is not among the stored bytes: it is a secret, and may be renewed.
  public let signature: String
  /// The last transaction of the debited balance before this one, when the ledger knows no idempotency key.
  public let witness: String?
  /// The place's wallet that it pays; nil for one from before that was kept. Only a key of the same place may sign it anew.
  public let payee: EntityID?

  /// A signed debit.
  public init(
    id: EntityID, card: String, wallet: EntityID, path: String, body: [UInt8], signature: String,
    witness: String? = nil, payee: EntityID? = nil
  ) {
    self.payee = payee
    self.id = id
    self.card = card
    self.wallet = wallet
    self.path = path
    self.body = body
    self.signature = signature
    self.witness = witness
  }

  /// Whether it takes a debit back, by the path of its request.
  var isVoid: Bool { path.hasSuffix("/void/") }
}
