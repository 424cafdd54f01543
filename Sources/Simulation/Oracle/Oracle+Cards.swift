import FedowProtocol
import Ledger
import Model

/// What a card opens, and what it may.
extension Oracle {
  /// The cards as the ledger keeps them.
  func check(_ cards: [LedgerView.Card]) throws(Breach) {
    noteWallets(of: cards)
    var open: [String: Int64] = [:]
    for debit in debits.values where debit.settlement == "open" { open[debit.tag, default: 0] += 1 }
    for card in cards {
      guard world.facts.blocked[card.tag] != .yes || card.isBlocked else {
        throw Breach(.blocked, "card \(card.tag) was blocked, and is not")
      }
      guard card.unsettled == open[card.tag, default: 0] else {
        throw Breach(
          .unsettled,
          "card \(card.tag) is held for \(card.unsettled) debits, and owes for \(open[card.tag, default: 0])")
      }
    }
    for (number, opens) in world.facts.opens {
      let tag = world.tags[number]
      let row = cards.first { $0.tag == tag }
      let wallet = row?.wallet
      if case .unknown = opens {
      } else if let set = world.facts.cardLimits[number], set.count == 1, let row, row.limits != set[0] {
        throw Breach(.limit, "card \(tag) may spend \(row.limits), and its person said \(set[0])")
      }
      switch opens {
      case .unknown: break
      case .freshWallet(let old):
        guard wallet != old else { throw Breach(.blocked, "card \(tag) was emptied, and opens what it opened") }
      case .wallet(let own):
        guard wallet == own, cards.filter({ $0.wallet == own }).count == 1 else {
          throw Breach(.blocked, "card \(tag) does not open its wallet, or another one opens it")
        }
      }
    }
  }

  /// A refund pays back the money of the place that pays, to a card that may pay too.
  /// - Parameter owing: the cards that owed for goods before.
  func checkRefund(
    _ block: LedgerView.Block, _ cards: [LedgerView.Card], owing: Set<String>, after rows: [LedgerView.Debit]
  ) throws(Breach) {
    let facts = world.facts
    guard let id = block.metadata["refund_id"]?.text, let asked = facts.refunds[id] else {
      throw Breach(.conservation, "nobody asked for refund \(block.sequence)")
    }
    let site = world.template.sites[asked.site]
    guard site.money.text == block.asset, site.wallet.text == block.receiver else {
      throw Breach(.conservation, "refund \(block.sequence) pays back another place's money")
    }
    guard let tag = cards.first(where: { $0.uuid == block.card })?.tag, tag == asked.tag, facts.blocked[tag] != .yes
    else { throw Breach(.blocked, "refund \(block.sequence) pays back to a blocked card, or another") }
    // What both saw is for sure: between two looks a card may have owed for a moment.
    guard !owing.contains(tag) || !rows.contains(where: { $0.tag == tag && $0.settlement == "open" }) else {
      throw Breach(.unsettled, "refund \(block.sequence) pays back to card \(tag), which owes for goods that are gone")
    }
  }

  /// What a card is debited, whoever lets it be.
  func checkCard(_ row: LedgerView.Debit) throws(Breach) {
    let owes = debits.values.contains { $0.tag == row.tag && $0.settlement == "open" && $0.number < row.number }
    guard !owes || row.settlement != nil else {
      throw Breach(.unsettled, "tap \(row.id) debits card \(row.tag), which owes for goods that are gone")
    }
    guard let card = world.cardOf[row.tag] else { throw Breach(.delegation, "nobody holds card \(row.tag)") }
    if case .wallet(let own) = world.facts.opens[card], row.wallet != own {
      throw Breach(.delegation, "tap \(row.id) debits another wallet than card \(row.tag) opens")
    }
    guard let limits = world.facts.cardLimits[card] else { return }
    let perTap = limits.map { $0.perTap ?? .max }.max() ?? .max
    guard row.amount <= perTap else {
      throw Breach(.limit, "tap \(row.id) takes \(row.amount) of \(perTap) that its card may spend at once")
    }
    let perDay = limits.map { $0.perDay ?? .max }.max() ?? .max
    let from = world.facts.cardLimitsFrom[card] ?? 0
    let used = debits.values.reduce(Int64(0)) { sum, debit in
      let counts =
        debit.state == "posted" && debit.number > from && debit.localDay == row.localDay
        && world.cardOf[debit.tag] == card
      return sum + (counts ? debit.amount : 0)
    }
    guard used <= perDay else {
      throw Breach(.limit, "\(used) is debited on a day of \(perDay) that card \(row.tag) may spend")
    }
  }

  /// What is counted of limits is what stands posted: all that a person granted, and what else is counted.
  func check(_ uses: [LedgerView.Use: Int64], _ cards: [LedgerView.Card]) throws(Breach) {
    var sums: [LedgerView.Use: Int64] = [:]
    let uuids = Dictionary(uniqueKeysWithValues: cards.map { ($0.tag, $0.uuid) })
    // On which day is not known of a clock that is set.
    let isClockSet = world.profile.stepsClocks
    var doubtful = Set(oldSales.filter { isClockSet || $0.isCounted == nil }.map(\.wallet))
    for sale in oldSales where !isClockSet && sale.isCounted == true {
      sums[LedgerView.Use(of: sale.wallet, day: sale.day), default: 0] += sale.amount
      sums[LedgerView.Use(of: sale.wallet, day: nil), default: 0] += sale.amount
    }
    for debit in debits.values where debit.state == "posted" {
      if let id = debit.delegation, debit.isCounted || EntityID(id).map({ world.facts.delegations[$0] != nil }) ?? false
      {
        sums[LedgerView.Use(of: id, day: debit.localDay), default: 0] += debit.amount
        sums[LedgerView.Use(of: id, day: nil), default: 0] += debit.amount
      }
      guard debit.isCardCounted, let number = world.cardOf[debit.tag], let uuid = uuids[world.tags[number]] else {
        continue
      }
      sums[LedgerView.Use(of: uuid, day: debit.localDay), default: 0] += debit.amount
    }
    for (number, opens) in world.facts.opens {
      guard case .unknown = opens else { continue }
      doubtful.formUnion(world.cardOf.filter { $0.value == number }.compactMap { uuids[$0.key] })
    }
    for use in Set(sums.keys).union(uses.keys) where sums[use, default: 0] != uses[use, default: 0] {
      // A card's is under way to another.
      if doubtful.contains(use.of) { continue }
      throw Breach(
        .limit, "\(uses[use, default: 0]) is counted against a limit of which \(sums[use, default: 0]) is used")
    }
  }
}

extension LedgerView.Debit {
  /// The day in which it counts.
  var localDay: Int64 { LedgerTime(microseconds: settlement == "posted" ? createdAt : decidedAt).localDay }
}
