import FedowProtocol
import Model
import Transport

/// Finds a debit in a Fedow server's books by the id in its metadata.
///
/// First in the card's last transaction, then back through the asset's chain to what was last before the debit. The
/// chain of a busy server forks (protocol section 8, point 2) and so may pass the debit by: what was found on the way
/// has to explain the balance, and where it does not, the server's list of all transactions is searched.
struct FedowInquiry: DebitInquiry {
  /// How far back the chain is followed, at a request each.
  static let longestTrail = 300

  private enum Phase {
    case card
    case trail(at: String)
    case list
    case found(String)
  }

  private let debit: SignedDebit
  private let isSettled: Bool
  private let witness: FedowWitness?
  /// What the debit does to the balance, in minor units: less than 0, and more for what is given back.
  private let change: Int128
  private var phase = Phase.card
  private var reading: CardReading?
  private var balance: Int64?
  /// Wide enough for whatever sums a server tells of.
  private var found: Int128 = 0
  private var steps = 0
  private var wasListed = false

  init(_ debit: SignedDebit, isSettled: Bool) {
    self.debit = debit
    self.isSettled = isSettled
    witness = FedowWitness(debit.witness)
    let body = try? JSON.parse(debit.body)
    let amount = Int128(body?["amount"]?.int64 ?? 0)
    change = body?["sender"]?.text == debit.wallet.text ? -amount : amount
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
    case .found(let uuid):
      guard let transaction = FedowTransaction(try? JSON.parse(answer.body)), transaction.uuid == uuid,
        transaction.isOf(debit.id)
      else { return .conclude(.undecided("the ledger's transaction could not be read")) }
      return conclude(with: transaction)
    }
  }

  private mutating func takeCard(_ answer: HTTPResponse) -> InquiryStep {
    guard let witness else { return .conclude(.undecided("the witness is missing")) }
    guard let json = try? JSON.parse(answer.body), let reading = CardReading(parsing: answer.body) else {
      return .conclude(.undecided("the ledger's answer about the card could not be read"))
    }
    self.reading = reading
    let token = json["wallet"]?["tokens"]?.elements?.first { $0["asset_uuid"]?.text == witness.asset.text }
    // A card that was linked meanwhile shows its owner's wallet; all that the old one held was moved there.
    balance = reading.card.wallet == debit.wallet ? token?["value"]?.int64 ?? 0 : 0
    guard let last = FedowTransaction(token?["last_transaction"]) else { return evaluate(isWhole: true) }
    return follow(last)
  }

  private mutating func follow(_ transaction: FedowTransaction) -> InquiryStep {
    if transaction.isOf(debit.id) { return conclude(with: transaction) }
    if transaction.uuid == witness?.transaction { return evaluate(isWhole: true) }
    if let at = transaction.at, let since = witness?.at, at < since { return evaluate(isWhole: true) }
    found += transaction.change(of: debit.wallet)
    guard let previous = transaction.previous else { return evaluate(isWhole: true) }
    steps += 1
    guard steps <= Self.longestTrail else { return evaluate(isWhole: false) }
    phase = .trail(at: previous)
    return .ask("/transaction/\(previous)/")
  }

  /// Nothing that was seen is the debit: says whether what was seen is all, by what the balance should be then.
  private mutating func evaluate(isWhole: Bool) -> InquiryStep {
    guard isSettled else { return .conclude(.undecided("it may still arrive")) }
    let unexplained = unexplained
    if isWhole && (unexplained ?? 0) == 0 { return .conclude(.absent) }
    // The balance's own last transaction is the one from before: the chain hides nothing.
    let isUntouched = isWhole && steps == 0
    guard wasListed || isUntouched else {
      phase = .list
      return .search("/transaction/", for: "\"\(debit.id.text)\"")
    }
    switch unexplained {
    case change?: return conclude(unrecorded: witness?.value)
    // Something went unrecorded, and whether this is in it nobody can tell: to send again could take it twice.
    case let unexplained? where change < 0 ? unexplained < change : unexplained > change:
      return .conclude(.undecided("the card's balance is not what its transactions say; look at its history"))
    default: return .conclude(.absent)
    }
  }

  /// What happened to the balance that no transaction tells, in minor units; nil where the balance before was not noted.
  private var unexplained: Int128? {
    guard let before = witness?.value, let balance else { return nil }
    return Int128(balance) - Int128(before) - found
  }

  private mutating func takeList(_ answer: HTTPResponse) -> InquiryStep {
    wasListed = true
    guard let uuid = Self.lastTransaction(in: answer.body) else { return evaluate(isWhole: true) }
    phase = .found(uuid)
    return .ask("/transaction/\(uuid)/")
  }

  /// The transaction in whose metadata the text ends: each begins with its uuid and its action.
  private static func lastTransaction(in bytes: [UInt8]) -> String? {
    let mark = Array("\",\"action\":\"".utf8)
    guard let action = bytes.ranges(of: mark).last else { return nil }
    let uuid = String(decoding: bytes[..<action.lowerBound].suffix(36), as: UTF8.self)
    return EntityID(uuid)?.text == uuid ? uuid : nil
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
