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
    if let grant = facts.delegations[id] { return try check(row, under: grant, id, wallet) }
    let isPersons = world.template.cards.contains { $0.person == wallet }
    // One whose grant's answer was lost is known by its person alone.
    if isPersons && facts.granting.contains(wallet) { return }
    guard !isPersons, id == wallet else {
      throw Breach(.delegation, "tap \(row.id) is debited under a delegation that nobody gave")
    }
    try checkTerms(row, wallet)
  }

  private func check(
    _ row: LedgerView.Debit, under grant: Facts.Grant, _ id: EntityID, _ wallet: EntityID
  ) throws(Breach) {
    guard grant.person == wallet, grant.place == nil || grant.place?.text == row.place else {
      throw Breach(.delegation, "tap \(row.id) is debited under another's delegation")
    }
    guard grant.revoked != .yes else {
      throw Breach(.delegation, "tap \(row.id) is debited under a revoked delegation")
    }
    guard row.amount <= grant.limits.perTap ?? .max else {
      throw Breach(.limit, "tap \(row.id) takes \(row.amount) of \(grant.limits) at once")
    }
    let used = debits.values.reduce(Int64(0)) {
      $0 + ($1.state == "posted" && $1.delegation == id.text ? $1.amount : 0)
    }
    guard used <= min(grant.limits.perDay ?? .max, grant.limits.total ?? .max) else {
      throw Breach(.limit, "\(used) is debited under a delegation of \(grant.limits)")
    }
  }

  /// A card without a person carries its issuer's terms.
  private func checkTerms(_ row: LedgerView.Debit, _ wallet: EntityID) throws(Breach) {
    let terms = world.facts.terms
    let perTap = terms.map { $0.perTap ?? .max }.max() ?? .max
    guard row.amount <= perTap else { throw Breach(.limit, "tap \(row.id) takes \(row.amount) of \(perTap) at once") }
    let perDay = terms.map { $0.perDay ?? .max }.max() ?? .max
    let used = debits.values.reduce(Int64(0)) { sum, debit in
      let counts = debit.state == "posted" && debit.wallet == wallet.text && debit.number > world.facts.termsFrom
      return sum + (counts ? debit.amount : 0)
    }
    guard used <= perDay else { throw Breach(.limit, "\(used) is debited on a day of \(perDay)") }
  }
}
