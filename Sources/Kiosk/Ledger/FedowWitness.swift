import FedowProtocol
import Model

/// What the kiosk saw of a balance before it sent a debit: by it, a ledger without idempotency keys tells later whether
/// the debit was made.
struct FedowWitness: Hashable {
  /// Of which balance.
  let asset: EntityID
  /// The last transaction of that balance; nil when it had none.
  let transaction: String?
  /// What the balance was, in minor units; nil where nobody noted it.
  let value: Int64?
  /// When the last transaction was, on the ledger's clock.
  let at: LedgerTime?

  init(asset: EntityID, transaction: String?, value: Int64?, at: LedgerTime?) {
    self.asset = asset
    self.transaction = transaction
    self.value = value
    self.at = at
  }

  /// Reads what `text` wrote; nil when it is something else.
  init?(_ text: String?) {
    let words = (text ?? "").split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count >= 2, let asset = words.first.flatMap({ EntityID($0) }) else { return nil }
    self.init(
      asset: asset, transaction: words[1].isEmpty ? nil : words[1],
      value: words.count > 2 ? Int64(words[2]) : nil, at: words.count > 3 ? LedgerTime.parse(words[3]) : nil)
  }

  /// Whether this transaction is the one that was the last then, or an older one: nothing behind it is news.
  func isReached(by transaction: FedowTransaction) -> Bool {
    if transaction.uuid == self.transaction { return true }
    guard let at = transaction.at, let since = self.at else { return false }
    return at < since
  }

  /// As the outbox keeps it.
  var text: String {
    [asset.text, transaction ?? "", value.map(String.init) ?? "", at?.wire ?? ""].joined(separator: " ")
  }
}
