/// What the ledger said of a card: whose wallet it opens and what lies in it.
public struct CardSnapshot: Hashable, Sendable {
  /// The 8-digit tag id that the Fedow protocol knows the card by.
  public let firstTagID: String
  /// The number printed on the card.
  public let numberPrinted: String
  /// The wallet bound to it.
  public let wallet: EntityID
  /// Whether the wallet belongs to no user yet.
  public let isEphemeral: Bool
  /// The balances in it that this place may see.
  public let holdings: [Holding]

  /// A card as the ledger gave it.
  public init(
    firstTagID: String, numberPrinted: String, wallet: EntityID, isEphemeral: Bool, holdings: [Holding]
  ) {
    self.firstTagID = firstTagID
    self.numberPrinted = numberPrinted
    self.wallet = wallet
    self.isEphemeral = isEphemeral
    self.holdings = holdings
  }
}

/// A balance of one asset in one wallet.
public struct Holding: Hashable, Sendable {
  /// The asset.
  public let asset: EntityID
  /// Its name, for receipts.
  public let assetName: String
  /// Its kind.
  public let category: AssetCategory
  /// The wallet of the place that issued it; nil when the ledger did not say.
  public let issuerWallet: EntityID?
  /// What is there.
  public let balance: Amount
  /// How much more of it the place takes until its issuer has paid it out, in minor units; nil: any sum.
  public let room: Amount?

  /// A balance of one asset.
  public init(
    asset: EntityID, assetName: String, category: AssetCategory, issuerWallet: EntityID?, balance: Amount,
    room: Amount? = nil
  ) {
    self.asset = asset
    self.assetName = assetName
    self.category = category
    self.issuerWallet = issuerWallet
    self.balance = balance
    self.room = room
  }
}
