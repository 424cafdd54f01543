import FedowProtocol
import Ledger
import Model

/// By whose leave a debit was made.
extension Oracle {
  func checkLeave(_ row: LedgerView.Debit) throws(Breach) {
    let facts = world.facts
    // By no clock may a debit be moved into another day than it was made in.
    let age = row.createdAt - row.decidedAt
    guard row.settlement != nil || age >= -300_000_000 && age <= 7 * 86_400_000_000 else {
      throw Breach(.delegation, "tap \(row.id) was decided \(age / 1_000_000) s before the ledger took it")
    }
    guard facts.blocked[row.tag] != .yes else {
      throw Breach(.blocked, "tap \(row.id) debits card \(row.tag), which is blocked")
    }
    guard facts.disabled[row.place] != .yes else {
      throw Breach(.device, "tap \(row.id) is debited by a place that is shut out")
    }
    if let device = row.device.flatMap({ EntityID($0) }), facts.revoked[device] == .yes {
      throw Breach(.device, "tap \(row.id) is debited by a device that is revoked")
    }
    guard let wallet = row.wallet.flatMap({ EntityID($0) }), let id = row.delegation.flatMap({ EntityID($0) }) else {
      throw Breach(.delegation, "tap \(row.id) is debited under no delegation")
    }
    try checkCard(row)
    if let grant = facts.delegations[id] { return try check(row, under: grant, id, wallet) }
    let isPersons = world.template.people.contains(wallet)
    // One whose grant's answer was lost is known by its person alone.
    if isPersons && (facts.granting.contains(wallet) || facts.repeatedly.contains(wallet)) { return }
    guard !isPersons, id == wallet else {
      throw Breach(.delegation, "tap \(row.id) is debited under a delegation that nobody gave")
    }
    try checkTerms(row, wallet)
  }

  /// What a place gets by a sale is its own money, or another's of which it takes so much.
  func checkAcceptance(of block: LedgerView.Block) throws(Breach) {
    guard let site = world.template.sites.first(where: { $0.wallet.text == block.receiver }),
      ![site.money.text, site.gift.text].contains(block.asset),
      let acceptances = world.facts.acceptances[block.receiver]
    else { return }
    let held = chain.balances[Chain.Holding(wallet: block.receiver, asset: block.asset)] ?? 0
    guard acceptances.contains(where: { $0.isAccepted && held <= $0.ceiling ?? .max }) else {
      throw Breach(
        .acceptance, "sale \(block.sequence) brings \(site.name) \(held) of money of which it takes less")
    }
  }

  /// A sale of a till that does not know debits: only cards without a person are taken there.
  func checkOldTill(_ block: LedgerView.Block, owing: Set<String>) throws(Breach) {
    let facts = world.facts
    guard let id = block.metadata["debit_id"]?.text, !debits.values.contains(where: { $0.id == id }) else { return }
    guard let asked = facts.oldTillSales[id], let card = world.cardOf[asked.tag] else {
      throw Breach(.unknownDebit, "sale \(block.sequence) is of nobody")
    }
    let (tag, site, money) = (asked.tag, world.template.sites[asked.site], world.template.money(of: asked.money))
    guard block.amount == asked.amount, block.receiver == site.wallet.text, block.asset == money else {
      throw Breach(.once, "sale \(block.sequence) is not what the till asked for")
    }
    guard facts.blocked[tag] != .yes else {
      throw Breach(.blocked, "sale \(block.sequence) debits card \(tag), which is blocked")
    }
    guard !owing.contains(tag) || !owes(tag) else {
      throw Breach(.unsettled, "sale \(block.sequence) debits card \(tag), which owes for goods that are gone")
    }
    if case .wallet(let own) = facts.opens[card], block.sender != own {
      throw Breach(.delegation, "sale \(block.sequence) debits another wallet than card \(tag) opens")
    }
    let terms = facts.terms(of: tag, world.template)
    let perTap = terms.map { $0.perTap ?? .max }.max() ?? .max
    guard block.amount <= perTap else {
      throw Breach(.limit, "sale \(block.sequence) takes \(block.amount) of \(perTap) at once")
    }
    guard facts.disabled[site.place.text] != .yes else {
      throw Breach(.device, "sale \(block.sequence) is of a place that is shut out")
    }
    oldSales.append(
      OldSale(
        wallet: block.sender, amount: block.amount, day: LedgerTime(microseconds: block.datetime).localDay,
        sequence: block.sequence,
        isCounted: isCounted(under: terms)))
    try checkUse(of: block.sender, on: LedgerTime(microseconds: block.datetime).localDay, of: terms)
  }

  /// Whether the ledger counts what is taken by these terms, of which one is true; nil when nobody tells.
  private func isCounted(under terms: [Limits]) -> Bool? {
    let limits = Set(terms.map { $0.perDay != nil || $0.total != nil })
    return limits.count == 1 ? limits.first : nil
  }

  private func check(
    _ row: LedgerView.Debit, under grant: Facts.Grant, _ id: EntityID, _ wallet: EntityID
  ) throws(Breach) {
    guard grant.person == wallet, grant.places?.contains(where: { $0.text == row.place }) ?? true else {
      throw Breach(.delegation, "tap \(row.id) is debited under another's delegation")
    }
    guard grant.revoked != .yes else {
      throw Breach(.delegation, "tap \(row.id) is debited under a revoked delegation")
    }
    // What was decided offline counts as of then, by the kiosk's clock.
    if let until = grant.until, !row.isOffline || row.settlement != nil, world.ledger.wallTime >= until {
      throw Breach(.delegation, "tap \(row.id) is debited under a delegation that is over")
    }
    if let from = grant.from, row.settlement == nil, row.decidedAt < from.microseconds {
      throw Breach(.delegation, "tap \(row.id) is debited under a delegation that has not begun")
    }
    guard grant.assets?.isSuperset(of: chain.taken[row.id, default: [:]].keys) ?? true else {
      throw Breach(.delegation, "tap \(row.id) takes of other money than its delegation lets be taken")
    }
    guard row.amount <= grant.limits.perTap ?? .max else {
      throw Breach(.limit, "tap \(row.id) takes \(row.amount) of \(grant.limits) at once")
    }
    let under = debits.values.filter { $0.state == "posted" && $0.delegation == id.text }
    let used = under.reduce(0) { $0 + $1.amount }
    let today = under.reduce(0) { $0 + ($1.localDay == row.localDay ? $1.amount : 0) }
    guard used <= grant.limits.total ?? .max, today <= grant.limits.perDay ?? .max else {
      throw Breach(.limit, "\(today) and in all \(used) is debited under a delegation of \(grant.limits)")
    }
  }

  /// What tills of both kinds took of a wallet since the terms are what they are, on a day and in all. While a card opened
  /// it whose terms have no such limits, nothing was counted.
  private func checkUse(of wallet: String, on day: Int64, of terms: [Limits]) throws(Breach) {
    let facts = world.facts
    let taken = debits.values.filter {
      $0.state == "posted" && $0.wallet == wallet && $0.number > facts.termsFrom
        && isCounted(under: facts.terms(of: $0.tag, world.template)) != false
    }.map { (day: $0.localDay, amount: $0.amount) }
    let sold = oldSales.filter {
      $0.wallet == wallet && $0.sequence > facts.termsFromSequence && $0.isCounted != false
    }.map { (day: $0.day, amount: $0.amount) }
    let total = (taken + sold).reduce(0) { $0 + $1.amount }
    let today = (taken + sold).reduce(0) { $0 + ($1.day == day ? $1.amount : 0) }
    let perDay = terms.map { $0.perDay ?? .max }.max() ?? .max
    let most = terms.map { $0.total ?? .max }.max() ?? .max
    guard today <= perDay, total <= most else {
      throw Breach(.limit, "\(today) of \(perDay) is debited on a day, and \(total) of \(most) in all")
    }
  }

  /// A card without a person carries its issuer's terms.
  private func checkTerms(_ row: LedgerView.Debit, _ wallet: EntityID) throws(Breach) {
    let terms = world.facts.terms(of: row.tag, world.template)
    let perTap = terms.map { $0.perTap ?? .max }.max() ?? .max
    guard row.amount <= perTap else { throw Breach(.limit, "tap \(row.id) takes \(row.amount) of \(perTap) at once") }
    try checkUse(of: wallet.text, on: row.localDay, of: terms)
  }
}
