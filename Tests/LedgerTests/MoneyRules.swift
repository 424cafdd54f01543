import FedowProtocol
import Model

@testable import Ledger

/// Section 5 of the protocol's description, written down a second time and from the description alone: what each action
/// does to the two balances. The ledger's own rules are held against it.
enum MoneyRules {
  /// What a transaction adds to its sender's and to its receiver's balance.
  static func deltas(
    of action: TransactionAction, _ amount: Int64, category: AssetCategory, receiverIsPrimary: Bool
  ) -> (sender: Int64, receiver: Int64) {
    switch action {
    case .firstBlock, .badge, .void: (0, 0)
    case .creation: (0, amount)
    case .refill, .sale, .qrCodeSale, .fusion, .transfer: (-amount, amount)
    case .membership: (0, amount)
    case .refund: category == .federated && !receiverIsPrimary ? (-amount, amount) : (-amount, 0)
    case .bankDeposit: (-amount, 0)
    case .correction: receiverIsPrimary ? (-amount, 0) : (0, amount)
    }
  }

  /// Every balance of a ledger, as its transactions make it.
  static func balances(of books: Books) throws -> [Holding: Int64] {
    let primary = try books.primaryWallet()
    let categories = Dictionary(uniqueKeysWithValues: try books.assets().map { ($0.uuid, $0.category) })
    var balances: [Holding: Int64] = [:]
    try books.eachTransaction(after: 0) { posted in
      let entry = posted.entry
      let moved = deltas(
        of: entry.action, entry.amount, category: categories[entry.asset] ?? .localFiat,
        receiverIsPrimary: entry.receiver == primary)
      balances[Holding(wallet: entry.sender, asset: entry.asset), default: 0] += moved.sender
      balances[Holding(wallet: entry.receiver, asset: entry.asset), default: 0] += moved.receiver
    }
    return balances.filter { $0.value != 0 }
  }

  /// Every balance of a ledger, as its table of balances has it.
  static func stored(in books: Books) throws -> [Holding: Int64] {
    let rows = try books.rows("SELECT wallet, asset, balance FROM tokens WHERE balance <> 0")
    return Dictionary(
      uniqueKeysWithValues: try rows.map {
        (Holding(wallet: try $0.id("wallet"), asset: try $0.id("asset")), $0["balance"] as Int64)
      })
  }

  struct Holding: Hashable {
    let wallet: EntityID
    let asset: EntityID
  }
}
