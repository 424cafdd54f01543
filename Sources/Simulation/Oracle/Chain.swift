import FedowProtocol
import Model

/// The oracle's own books: it takes each block of the chain, moves the money by a table of its own, and knows what every
/// balance has to be.
struct Chain {
  private struct Head {
    let uuid: String
    let hash: String
    let sequence: Int64
    let datetime: Int64
  }

  struct Holding: Hashable {
    let wallet: String
    let asset: String
  }

  private(set) var lastSequence: Int64 = 0
  private(set) var lastHash = ""
  private var heads: [String: Head] = [:]
  private(set) var balances: [Holding: Int64] = [:]
  /// The least that each balance was since it was looked at last, of those that have moved.
  private var lows: [Holding: Int64] = [:]
  /// What there is of each asset.
  private var supply: [String: Int64] = [:]
  /// What each tap's id took, in minor units, and of which assets.
  private(set) var taken: [String: [String: Int64]] = [:]
  /// What of it was given back.
  private(set) var givenBack: [String: Int64] = [:]
  private var sales: [String: LedgerView.Block] = [:]
  /// The sales of each tap's id.
  private(set) var salesOf: [String: [LedgerView.Block]] = [:]
  private var reversed: Set<String> = []
  /// What came by each refill, and went by each refund, by the id that it is known by.
  private(set) var filled: [String: Int64] = [:]
  private(set) var paidBack: [String: Int64] = [:]
  /// What was given by each transfer between people.
  private(set) var given: [String: Int64] = [:]

  /// The least that a balance was since it was looked at last.
  func lowest(_ holding: Holding) -> Int64 {
    let now = balances[holding, default: 0]
    return min(now, lows[holding] ?? now)
  }

  mutating func forgetLowest() { lows = [:] }

  mutating func take(_ block: LedgerView.Block) throws(Breach) {
    guard block.sequence == lastSequence + 1 else {
      throw Breach(.chain, "transaction \(block.sequence) follows \(lastSequence)")
    }
    try link(block)
    try move(block)
    if block.action == "SAL" { try noteSale(block) }
    if block.action == "TRF" { try noteTransfer(block) }
    if block.action == "REF" { try noteRefill(block) }
    if block.action == "RFD", let id = block.metadata["refund_id"]?.text {
      paidBack[id, default: 0] += block.amount
    }
    lastSequence = block.sequence
    lastHash = block.hash
  }

  private mutating func link(_ block: LedgerView.Block) throws(Breach) {
    guard block.hash == block.ownHash else {
      throw Breach(.chain, "the hash of transaction \(block.sequence) is not that of what it says")
    }
    if let head = heads[block.asset] {
      guard block.previousID == head.uuid, block.previousHash == head.hash, block.assetSequence == head.sequence + 1
      else { throw Breach(.chain, "transaction \(block.sequence) does not follow the last of its asset") }
      guard block.datetime > head.datetime else {
        throw Breach(.chain, "transaction \(block.sequence) is not after the last of its asset")
      }
    } else if block.action != "FST" {
      throw Breach(.chain, "transaction \(block.sequence) begins a chain with \(block.action)")
    }
    heads[block.asset] = Head(
      uuid: block.uuid, hash: block.hash, sequence: block.assetSequence, datetime: block.datetime)
  }

  private mutating func move(_ block: LedgerView.Block) throws(Breach) {
    guard block.amount >= 0 else {
      throw Breach(.conservation, "transaction \(block.sequence) moves less than nothing")
    }
    for wallet in [block.sender, block.receiver] {
      let holding = Holding(wallet: wallet, asset: block.asset)
      lows[holding] = lowest(holding)
    }
    switch block.action {
    case "FST", "BDG", "VID": return
    case "CRE":
      balances[Holding(wallet: block.receiver, asset: block.asset), default: 0] += block.amount
      supply[block.asset, default: 0] += block.amount
    case "REF", "SAL", "QRS", "FUS", "TRF":
      try pay(block)
      balances[Holding(wallet: block.receiver, asset: block.asset), default: 0] += block.amount
    case "RFD", "BNK":
      // Paid out in cash, or in euros; a run has no federated money.
      try pay(block)
      supply[block.asset, default: 0] -= block.amount
    default: throw Breach(.conservation, "no run posts a \(block.action)")
    }
  }

  private mutating func pay(_ block: LedgerView.Block) throws(Breach) {
    let payer = Holding(wallet: block.sender, asset: block.asset)
    let left = balances[payer, default: 0] - block.amount
    guard left >= 0 else {
      throw Breach(.negativeBalance, "transaction \(block.sequence) takes \(block.amount) and leaves \(left)")
    }
    balances[payer] = left
  }

  private mutating func noteSale(_ block: LedgerView.Block) throws(Breach) {
    guard let debit = block.metadata["debit_id"]?.text else {
      throw Breach(.unknownDebit, "sale \(block.sequence) names no tap")
    }
    guard taken[debit]?[block.asset] == nil else { throw Breach(.once, "tap \(debit) is debited twice") }
    taken[debit, default: [:]][block.asset] = block.amount
    sales[block.uuid] = block
    salesOf[debit, default: []].append(block)
  }

  private mutating func noteTransfer(_ block: LedgerView.Block) throws(Breach) {
    guard let id = block.metadata["transfer_id"]?.text else { return try noteVoid(block) }
    guard given.updateValue(block.amount, forKey: id) == nil else {
      throw Breach(.once, "transfer \(id) of \(block.amount) is made twice")
    }
  }

  private mutating func noteVoid(_ block: LedgerView.Block) throws(Breach) {
    guard let uuid = block.metadata["voids"]?.text, let debit = block.metadata["debit_id"]?.text, let sale = sales[uuid]
    else { throw Breach(.void, "transfer \(block.sequence) takes no sale back") }
    guard reversed.insert(uuid).inserted else { throw Breach(.void, "sale \(sale.sequence) is given back twice") }
    guard sale.amount == block.amount, sale.asset == block.asset, sale.receiver == block.sender else {
      throw Breach(.void, "transfer \(block.sequence) is not the reverse of sale \(sale.sequence)")
    }
    givenBack[debit, default: 0] += block.amount
  }

  /// Who paid what a transfer takes back.
  func payer(of void: LedgerView.Block) -> String? {
    void.metadata["voids"]?.text.flatMap { sales[$0]?.sender }
  }

  private mutating func noteRefill(_ block: LedgerView.Block) throws(Breach) {
    // Those from before the run have no id.
    guard let id = block.metadata["refill_id"]?.text else { return }
    guard filled.updateValue(block.amount, forKey: id) == nil else {
      throw Breach(.once, "a refill of \(block.amount) is made twice")
    }
  }

  /// Holds the balances that the ledger keeps against these.
  func check(_ kept: [(wallet: String, asset: String, balance: Int64)]) throws(Breach) {
    var sums: [String: Int64] = [:]
    var seen = 0
    for (wallet, asset, balance) in kept {
      let holding = Holding(wallet: wallet, asset: asset)
      guard balance == balances[holding, default: 0] else {
        throw Breach(.balance, "a balance is \(balance), its postings come to \(balances[holding, default: 0])")
      }
      seen += balances[holding] == nil ? 0 : 1
      sums[asset, default: 0] += balance
    }
    guard seen == balances.count else { throw Breach(.balance, "a balance is missing") }
    for (asset, sum) in sums.sorted(by: { $0.key < $1.key }) where sum != supply[asset, default: 0] {
      throw Breach(.conservation, "there is \(sum) of an asset, and was made \(supply[asset, default: 0])")
    }
  }
}
