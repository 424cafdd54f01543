import Model

/// A card as the ledger gave it a moment ago.
public struct CardReading: Hashable, Sendable {
  /// Its wallet and balances.
  public let card: CardSnapshot
  /// The last transaction of each balance: what tells later whether anything happened since.
  public let lastTransactions: [EntityID: String]
  /// The card's answer as the ledger wrote it, for the operator's eyes.
  public let body: [UInt8]

  /// A reading.
  public init(card: CardSnapshot, lastTransactions: [EntityID: String] = [:], body: [UInt8] = []) {
    self.card = card
    self.lastTransactions = lastTransactions
    self.body = body
  }
}
