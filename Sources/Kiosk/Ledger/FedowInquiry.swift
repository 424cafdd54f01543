import FedowProtocol
import Model
import Transport

/// Finds a debit in a Fedow server's books by the id in its metadata.
///
/// First in the card's last transaction, then back through the asset's chain to what was last before the debit. The
/// chain of a busy server forks (protocol section 8, point 2) and so may pass the debit by: what was found on the way
/// has to explain the balance, and where it does not, or the way is too long, the server's list of all transactions is
/// read.
struct FedowInquiry: DebitInquiry {
  /// How far back the chain is followed, at a request each.
  static let longestTrail = 300

  private enum Phase {
    case card
    case trail(at: String)
    case list
  }

  private let debit: SignedDebit
  private let isSettled: Bool
  private let witness: FedowWitness?
  /// What the debit does to the balance, in minor units: less than 0, and more for what is given back.
  private let change: Int128
  private var phase = Phase.card
  private var reading: CardReading?
  /// The last transaction of the balance that was read; nil when there was none.
  private var last: String?
  /// Nil when the card shows another wallet, and nothing tells what became of the debit's own.
  private var balance: Int64?
  /// Wide enough for whatever sums a server tells of.
  private var found: Int128 = 0
  private var steps = 0
  private var wasListed = false

  init(_ debit: SignedDebit, isSettled: Bool) {
    self.debit = debit
    self.isSettled = isSettled
    witness = FedowWitness(debit.witness)
    change = debit.fedowChange
  }

  mutating func next(after answer: HTTPResponse?) -> InquiryStep {
    guard let answer else { return .ask("/card/\(debit.card)/") }
    guard answer.status == 200 else { return .conclude(.undecided("HTTP \(answer.status)")) }
    switch phase {
    case .card: return takeCard(answer)
    case .trail(let uuid):
      guard let transaction = FedowTransaction(try? JSON.parse(answer.body)), transaction.uuid == uuid else {
        return .conclude(.undecided("a transaction of the ledger could not be read"))
      }
      return follow(transaction)
    case .list: return takeList(answer)
    }
  }

  private mutating func takeCard(_ answer: HTTPResponse) -> InquiryStep {
    guard let witness else { return .conclude(.undecided("the witness is missing")) }
    guard let json = try? JSON.parse(answer.body), let reading = CardReading(parsing: answer.body) else {
      return .conclude(.undecided("the ledger's answer about the card could not be read"))
    }
    self.reading = reading
    let token = json["wallet"]?["tokens"]?.elements?.first { $0["asset_uuid"]?.text == witness.asset.text }
    if isOnCard { balance = token?["value"]?.int64 ?? 0 }
    guard let last = FedowTransaction(token?["last_transaction"]) else { return evaluate(isWhole: true) }
    self.last = last.uuid
    return follow(last)
  }

  /// Whether the card still shows the wallet. One that was linked shows its owner's, and one that was lost a new one.
  private var isOnCard: Bool { reading?.card.wallet == debit.wallet }

  private mutating func follow(_ transaction: FedowTransaction) -> InquiryStep {
    if transaction.isOf(debit) { return conclude(with: transaction) }
    if witness?.isReached(by: transaction) == true { return evaluate(isWhole: true) }
    count(transaction)
    guard let previous = transaction.previous else { return evaluate(isWhole: true) }
    steps += 1
    guard steps <= Self.longestTrail else { return evaluate(isWhole: false) }
    phase = .trail(at: previous)
    return .ask("/transaction/\(previous)/")
  }

  private mutating func count(_ transaction: FedowTransaction) {
    found += transaction.change(of: debit.wallet)
    if !isOnCard && transaction.empties(debit.wallet) { balance = 0 }
  }

  /// Nothing that was seen is the debit: says whether what was seen is all, by what the balance should be then.
  private mutating func evaluate(isWhole: Bool) -> InquiryStep {
    guard isSettled else { return .conclude(.undecided("it may still arrive")) }
    let unexplained = unexplained
    // Where nobody noted the balance before, the chain is believed; not that of another wallet.
    if isWhole && (unexplained ?? (isOnCard ? 0 : nil)) == 0 { return .conclude(.absent) }
    // The balance's own last transaction is the one from before: the chain hides nothing.
    let isUntouched = isWhole && isOnCard && steps == 0
    guard wasListed || isUntouched else {
      phase = .list
      return .search("/transaction/", ListSearch(for: debit, since: witness))
    }
    switch unexplained {
    case change?: return conclude(unrecorded: witness?.value)
    // Something went unrecorded, and whether this is in it nobody can tell: to send again could take it twice.
    case let unexplained? where change < 0 ? unexplained < change : unexplained > change:
      return .conclude(.undecided("the card's balance is not what its transactions say; look at its history"))
    default: return .conclude(.absent)
    }
  }

  /// What happened to the balance that no transaction tells, in minor units; nil where the balance before was not noted, or
  /// that of now is not known.
  private var unexplained: Int128? {
    guard let before = witness?.value, let balance else { return nil }
    return Int128(balance) - Int128(before) - found
  }

  /// The list tells of everything since the debit, whatever the chain hid.
  private mutating func takeList(_ answer: HTTPResponse) -> InquiryStep {
    guard let rows = (try? JSON.parse(answer.body))?.elements else {
      return .conclude(.undecided("the list of the ledger's transactions could not be read"))
    }
    wasListed = true
    found = 0
    // What came after the card was read is not in the balance that it showed.
    var isInBalance = !isOnCard
    for transaction in rows.compactMap({ FedowTransaction($0) }) {
      if transaction.isOf(debit) { return conclude(with: transaction) }
      if witness?.isReached(by: transaction) == true { break }
      isInBalance = isInBalance || transaction.uuid == last
      if isInBalance && transaction.asset == witness?.asset { count(transaction) }
    }
    return evaluate(isWhole: true)
  }

  private func conclude(with transaction: FedowTransaction) -> InquiryStep {
    let receipt = transaction.receipt(of: debit, card: reading)
    return .conclude(receipt.map { .posted($0) } ?? .undecided("the ledger's transaction could not be read"))
  }

  /// The money went, and the server wrote nothing about it: it was stopped between the two (section 8, point 19). To
  /// send again would take it twice.
  private func conclude(unrecorded before: Int64?) -> InquiryStep {
    let holding = reading?.card.holdings.first { $0.asset == witness?.asset }
    let balance = holding.map { holding in
      Receipt.Balance(
        asset: holding.asset, name: holding.assetName, category: holding.category.rawValue,
        before: before.map { Amount(minorUnits: $0) }, after: holding.balance)
    }
    return .conclude(
      .posted(Receipt(id: debit.id, card: debit.card, transactions: [], balances: balance.map { [$0] } ?? [])))
  }
}
