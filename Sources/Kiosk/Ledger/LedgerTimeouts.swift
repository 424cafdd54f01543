/// How long the ledger may take, in milliseconds.
public struct LedgerTimeouts: Hashable, Sendable {
  /// Until the connection stands.
  public let connect: Int
  /// For reading a card.
  public let card: Int
  /// For a debit, a refill or a question about one.
  public let debit: Int

  /// Time-outs of the ledger.
  public init(connect: Int = 1000, card: Int = 2000, debit: Int = 5000) {
    self.connect = connect
    self.card = card
    self.debit = debit
  }
}
