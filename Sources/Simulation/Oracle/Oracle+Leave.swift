import Model

/// By whose leave a debit was made.
extension Oracle {
  func checkLeave(_ row: LedgerView.Debit) throws(Breach) {
    let facts = world.facts
    guard facts.blocked[row.tag] != .yes else {
      throw Breach(.blocked, "tap \(row.id) debits card \(row.tag), which is blocked")
    }
    if let device = row.device.flatMap({ EntityID($0) }), facts.revoked[device] == .yes {
      throw Breach(.device, "tap \(row.id) is debited by a device that is revoked")
    }
    guard let wallet = row.wallet.flatMap({ EntityID($0) }), let id = row.delegation.flatMap({ EntityID($0) }) else {
      throw Breach(.delegation, "tap \(row.id) is debited under no delegation")
    }
    try checkCard(row)
    if let grant = facts.delegations[id] { return try check(row, under: grant, id, wallet) }
    let isPersons = world.template.cards.contains { $0.person == wallet }
    // One whose grant's answer was lost is known by its person alone.
    if isPersons && (facts.granting.contains(wallet) || facts.repeatedly.contains(wallet)) { return }
    guard !isPersons, id == wallet else {
      throw Breach(.delegation, "tap \(row.id) is debited under a delegation that nobody gave")
    }
    try checkTerms(row, wallet)
  }

  /// A sale of a till that does not know debits: only cards without a person are taken there.
  func checkOldTill(_ block: LedgerView.Block, owing: Set<String>) throws(Breach) {
    let facts = world.facts
    guard let id = block.metadata["debit_id"]?.text, !debits.values.contains(where: { $0.id == id }) else { return }
    guard let tag = facts.oldTillSales[id], let card = world.cardOf[tag] else {
      throw Breach(.unknownDebit, "sale \(block.sequence) is of nobody")
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
    let perTap = facts.terms.map { $0.perTap ?? .max }.max() ?? .max
    guard block.amount <= perTap else {
      throw Breach(.limit, "sale \(block.sequence) takes \(block.amount) of \(perTap) at once")
    }
    oldTillWallets.insert(block.sender)
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

  /// A card without a person carries its issuer's terms.
  private func checkTerms(_ row: LedgerView.Debit, _ wallet: EntityID) throws(Breach) {
    let terms = world.facts.terms
    let perTap = terms.map { $0.perTap ?? .max }.max() ?? .max
    guard row.amount <= perTap else { throw Breach(.limit, "tap \(row.id) takes \(row.amount) of \(perTap) at once") }
    let perDay = terms.map { $0.perDay ?? .max }.max() ?? .max
    let used = debits.values.reduce(Int64(0)) { sum, debit in
      let counts =
        debit.state == "posted" && debit.wallet == wallet.text && debit.number > world.facts.termsFrom
        && debit.localDay == row.localDay
      return sum + (counts ? debit.amount : 0)
    }
    guard used <= perDay else { throw Breach(.limit, "\(used) is debited on a day of \(perDay)") }
  }
}
