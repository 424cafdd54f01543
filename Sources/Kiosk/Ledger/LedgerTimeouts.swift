/// How long the ledger may take, in milliseconds.
public struct LedgerTimeouts: Hashable, Sendable {
  /// Until the connection stands.
  public let connect: Int
  /// For reading a card.
  public let card: Int
  /// For a debit, a refill or a question about one.
  public let debit: Int

  /// For the list of all transactions, which a Fedow server is asked for when nothing else tells what became of a debit.
  public let list: Int

  /// Time-outs of the ledger.
  public init(connect: Int = 1000, card: Int = 2000, debit: Int = 5000, list: Int = 120_000) {
    self.connect = connect
    self.card = card
    self.debit = debit
    self.list = list
  }
}
