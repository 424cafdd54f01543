import FedowProtocol
import Ledger
import Model

/// Holds everything that happens against what may: a model of its own of charges, delegations, blocks and limits, and
/// statements of its own over the files that the programs write.
final class Oracle {
  let world: World
  private(set) var chain = Chain()
  /// The last transaction before the run.
  private(set) var sequenceBefore: Int64 = 0
  /// What was created in the transaction before this one.
  var lastCreation: LedgerView.Block?
  /// What kiosks wrote down that they want, by the debit's id: of which asset how much.
  var parts: [String: [String: Int64]] = [:]
  /// How often cashiers of each kiosk wanted a charge taken back.
  var undos: [Int: Int] = [:]
  /// What became of each tap's id at each place, as seen last.
  private(set) var debits: [String: LedgerView.Debit] = [:]
  /// When each was posted, in nanoseconds of virtual time.
  private(set) var postedAt: [String: Int64] = [:]
  /// The number of the last.
  private(set) var lastDebit: Int64 = 0
  /// What cashiers asked for.
  private(set) var asked: [String: Asked] = [:]
  /// The charges that cashiers were told are cancelled.
  var cancelled: Set<String> = []
  /// The charges of which cashiers were told that the rest is paid in cash.
  var paidInCash: Set<String> = []
  /// What was said of charges and not looked at yet, and how each was said to end.
  var newlyTold: [Told] = []
  var lastTold: [String: Told] = [:]
  private var view: (disk: Int, ledger: LedgerView)?
  private var views: [Int: (disk: Int, kiosk: KioskView)] = [:]
  private var seenWrites: [Int: Int] = [:]
  var kiosks: [Int: KioskMemory] = [:]
  /// What each card opened when it was looked at last, and the wallets that became others', by their cards' linking.
  var lastWallets: [String: String] = [:]
  var joined: [String: String] = [:]
  /// What each person gave others, and on which day.
  var gifts: [String: [(day: Int64, amount: Int64)]] = [:]
  /// What tills of the old kind took.
  var oldSales: [OldSale] = []

  init(_ world: World) { self.world = world }

  /// A charge as its cashier asked for it.
  struct Asked {
    let amount: Int64
    let kiosk: Int
    /// When they began, in nanoseconds of virtual time.
    let since: Int64
    let acceptsParts: Bool
    /// The only asset that pays it; nil for any.
    let asset: String?
  }

  /// What a till of the old kind took of a wallet.
  struct OldSale {
    let wallet: String
    let amount: Int64
    let day: Int64
    let sequence: Int64
    /// Whether it counts against the limits of the card's place; nil when nobody tells.
    let isCounted: Bool?
  }

  /// A cashier opened a charge.
  func opened(_ charge: EntityID, _ asked: Asked) { self.asked[charge.text] = asked }

  /// In a line.
  var summary: String {
    let states = Dictionary(grouping: debits.values, by: \.state).mapValues(\.count).sorted { $0.key < $1.key }
    return "\(chain.lastSequence) transactions, head \(chain.lastHash.prefix(12)), debits "
      + states.map { "\($0.value) \($0.key)" }.joined(separator: " ")
  }

  func taken(by debit: String) -> Int64 { chain.taken[debit]?.values.reduce(0, +) ?? 0 }
  func givenBack(of debit: String) -> Int64 { chain.givenBack[debit] ?? 0 }
  func filled(by refill: String) -> Int64 { chain.filled[refill] ?? 0 }
  func given(by transfer: String) -> Int64 { chain.given[transfer] ?? 0 }
  func paidBack(by refund: String) -> Int64 { chain.paidBack[refund] ?? 0 }

  /// Whether a card owes for goods that are gone.
  func owes(_ tag: String) -> Bool { debits.values.contains { $0.tag == tag && $0.settlement == "open" } }

  /// What the ledger has of a row of a kiosk's outbox.
  func debit(of row: KioskView.Row, at kiosk: SimulatedKiosk) -> LedgerView.Debit? {
    debits[kiosk.pairing.place.text + row.id]
  }

  /// What the ledger took for a charge by its rows, in minor units. What an operator had posted after all is no business of
  /// the charge any more, where the kiosk heard that it was refused.
  func taken(by rows: [KioskView.Row], at kiosk: SimulatedKiosk) -> Int64 {
    rows.reduce(0) { sum, row in
      guard let debit = debit(of: row, at: kiosk), debit.state == "posted" else { return sum }
      return sum + (debit.settlement == nil || row.state != "refused" ? debit.amount : 0)
    }
  }

  /// The grants that stand before a run begins.
  func readWhatStands() throws(Breach) {
    let standing = try reading { try $0.delegations() }
    for (id, wallet) in standing ?? [] {
      guard let id = EntityID(id), let person = EntityID(wallet) else { continue }
      world.facts.delegations[id] = Facts.Grant(person: person, places: nil, limits: Limits())
    }
    sequenceBefore = try reading { try $0.lastSequence() ?? 0 } ?? 0
    let cards = try reading { try $0.cards() } ?? []
    for (number, card) in world.template.cards.enumerated() {
      guard let wallet = cards.first(where: { $0.tag == card.tag })?.wallet else { continue }
      world.facts.opens[number] = .wallet(wallet)
    }
  }

  /// Looks at every file that was written since it was looked at last.
  func check() throws(Breach) {
    let isLedgerNew = world.ledger.isUp && isNew(world.ledger.disk)
    if isLedgerNew { try checkLedger() }
    for kiosk in world.tills where kiosk.isUp {
      if isNew(kiosk.disk) || isLedgerNew { try check(kiosk) }
    }
    try checkWhatWasTold()
  }

  private func isNew(_ disk: SimulatedDisk) -> Bool {
    seenWrites.updateValue(disk.writes, forKey: disk.number) != disk.writes
  }

  private func reading<Value>(_ body: (LedgerView) throws -> Value) throws(Breach) -> Value? {
    guard world.ledger.isUp else { return nil }
    let disk = world.ledger.disk
    do {
      if view?.disk != disk.number { view = (disk.number, try LedgerView(disk: disk)) }
      return try view.map { try body($0.ledger) }
    } catch {
      throw Breach(.durability, "the ledger's file cannot be read: \(error)")
    }
  }

  func content(of kiosk: SimulatedKiosk) throws(Breach) -> KioskView.Content {
    try reading(kiosk) { try $0.content() } ?? KioskView.Content()
  }

  func reading<Value>(_ kiosk: SimulatedKiosk, _ body: (KioskView) throws -> Value) throws(Breach) -> Value? {
    do {
      if views[kiosk.number]?.disk != kiosk.disk.number {
        views[kiosk.number] = (kiosk.disk.number, try KioskView(disk: kiosk.disk))
      }
      return try views[kiosk.number].map { try body($0.kiosk) }
    } catch {
      throw Breach(.durability, "the file of \(kiosk.name) cannot be read: \(error)")
    }
  }

  private func checkLedger() throws(Breach) {
    let chain = chain
    guard
      let (last, blocks, balances, debits, cards, uses) = try reading({ view in
        (
          try view.hash(of: chain.lastSequence), try view.blocks(after: chain.lastSequence), try view.balances(),
          try view.debits(), try view.cards(), try view.uses()
        )
      })
    else { return }
    guard chain.lastSequence == 0 || last == chain.lastHash else {
      throw Breach(.durability, "transaction \(chain.lastSequence) was committed, and is not there any more")
    }
    self.chain.forgetLowest()
    let owing = Set(self.debits.values.filter { $0.settlement == "open" }.map(\.tag))
    for block in blocks {
      try self.chain.take(block)
      try checkParties(of: block)
      if block.action == "SAL" { try checkAcceptance(of: block) }
      if block.action == "RFD" { try checkRefund(block, cards, owing: owing, after: debits) }
      if world.fault == .lostUpdate, block.action == "SAL" { world.ledger.loseUpdate(block) }
      if world.fault == .forgottenUse, block.action == "TRF" { world.ledger.forgetUse() }
      world.note("posted \(block.sequence) \(block.action) \(block.amount) \(block.hash.prefix(12))")
    }
    try self.chain.check(balances)
    if let lastCreation {
      throw Breach(.conservation, "\(lastCreation.amount) was created at \(lastCreation.sequence), and given to nobody")
    }
    try take(debits)
    for block in blocks where block.action == "SAL" { try checkOldTill(block, owing: owing) }
    try check(cards)
    for block in blocks where block.action == "TRF" {
      try checkTransfer(block, wasOwing: owing)
    }
    try checkJoined()
    try check(uses, cards)
  }

  private func take(_ rows: [LedgerView.Debit]) throws(Breach) {
    guard rows.count >= debits.count else {
      throw Breach(.durability, "a debit that was decided is not there any more")
    }
    for row in rows {
      let key = row.place + row.id
      let before = debits[key]
      debits[key] = row
      lastDebit = max(lastDebit, row.number)
      try checkSettlement(before, row)
      if let before, before.state == row.state { continue }
      world.note("debit \(row.number) \(row.tag) \(row.amount) \(row.state)")
      try checkChange(from: before, to: row)
    }
    for row in rows {
      let taken = taken(by: row.id), back = givenBack(of: row.id)
      guard taken == (row.state == "refused" ? 0 : row.amount) else {
        throw Breach(.once, "tap \(row.id) of \(row.amount) is \(row.state), and \(taken) was taken")
      }
      guard back == (row.state == "voided" ? row.amount : 0) else {
        throw Breach(.void, "tap \(row.id) of \(row.amount) is \(row.state), and \(back) was given back")
      }
    }
  }

  private func checkChange(from before: LedgerView.Debit?, to row: LedgerView.Debit) throws(Breach) {
    switch (before?.state, row.state) {
    case ("posted", "voided"): return
    case (nil, "refused"): try checkRefusal(row)
    case (nil, "posted"), ("refused", "posted"), ("refused", "voided"), (nil, "voided"):
      guard before == nil || row.settlement == "posted" else {
        throw Breach(.once, "tap \(row.id) was refused, and is posted")
      }
      guard world.facts.demands[row.id]?.isRefused != true else {
        throw Breach(.once, "tap \(row.id) was refused, and is posted")
      }
      postedAt[row.place + row.id] = world.scheduler.now
      try checkParties(of: row)
      try checkLeave(row)
    default: throw Breach(.once, "tap \(row.id) was \(before?.state ?? "new"), and is \(row.state)")
    }
  }
}
