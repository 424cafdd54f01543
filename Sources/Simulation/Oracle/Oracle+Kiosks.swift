import Model

/// What the oracle remembers of a kiosk.
struct KioskMemory {
  /// The last row of its outbox that was looked at.
  var lastRow: Int64 = 0
  /// The cards that it holds for goods that are gone.
  var owing: Set<String> = []
  /// When each row was seen first, in nanoseconds of virtual time.
  var rowTimes: [Int64: Int64] = [:]
}

/// What a kiosk does by itself.
extension Oracle {
  func check(_ kiosk: SimulatedKiosk) throws(Breach) {
    let content = try content(of: kiosk)
    let rows = content.rows
    try checkOffline(kiosk, content)
    var memory = kiosks[kiosk.number] ?? KioskMemory()
    let owing = Set(rows.filter { content.unsettled.contains($0.id) }.map(\.card))
    for row in rows where row.sequence > memory.lastRow {
      world.note("\(kiosk.name) outbox \(row.sequence) \(row.card) \(row.amount)\(row.isOffline ? " offline" : "")")
      memory.rowTimes[row.sequence] = world.scheduler.now
      if row.voids == nil {
        try checkPresentation(of: row, at: kiosk)
        if let wanted = try body(of: row, at: kiosk)?["parts"]?.elements {
          parts[row.id] = wanted.reduce(into: [:]) { sums, part in
            sums[part["asset"]?.text ?? "", default: 0] += part["amount"]?.int64 ?? 0
          }
        }
        if let only = asked[row.charge]?.asset, parts[row.id]?.keys.contains(where: { $0 != only }) == true {
          throw Breach(.allocation, "\(kiosk.name) takes other money in row \(row.sequence) than its charge takes")
        }
        try checkAllocation(of: row, rows, at: kiosk)
        if row.isOffline {
          try checkOfflineDebit(row, at: kiosk, owing: memory.owing.intersection(owing))
          try checkKnowledge(of: row, rows, at: kiosk, memory)
        } else {
          kiosk.correspondence.wroteDown(row.card)
        }
      }
      memory.lastRow = row.sequence
    }
    memory.owing = owing
    kiosks[kiosk.number] = memory
    guard (rows.last?.sequence ?? 0) >= memory.lastRow else {
      throw Breach(.durability, "\(kiosk.name) has forgotten row \(memory.lastRow) of its outbox")
    }
    let ended: Set = ["refused", "expired", "cancelled"]
    let without = Set(content.charges.filter { ended.contains($0.state) }.map(\.id))
    for row in rows where row.isOpen && row.voids == nil && without.contains(row.charge) {
      throw Breach(.charge, "\(kiosk.name): nobody pays a charge any more, and its row \(row.sequence) is \(row.state)")
    }
    try checkTakenBack(content, at: kiosk)
    guard world.ledger.isUp else { return }
    for row in rows where row.isOffline && row.state == "refused" && !content.unsettled.contains(row.id) {
      guard debit(of: row, at: kiosk)?.settlement != "open" else {
        throw Breach(.unsettled, "\(kiosk.name) does not hold card \(row.card), which owes for its row \(row.sequence)")
      }
    }
    try checkOrder(kiosk, rows)
    try checkReceipts(kiosk, rows, Set(content.charges.filter { $0.state == "paid" }.map(\.id)))
  }

  /// A card pays a charge once for each time that it is laid on the reader, and after the cashier has begun.
  private func checkPresentation(of row: KioskView.Row, at kiosk: SimulatedKiosk) throws(Breach) {
    guard let asked = asked[row.charge] else { return }
    guard let arrival = kiosk.arrivals.firstIndex(where: { $0.tag == row.card && $0.at >= asked.since }) else {
      throw Breach(.once, "\(kiosk.name) debits card \(row.card), which nobody presented for it")
    }
    guard row.amount == asked.amount || asked.acceptsParts && row.amount < asked.amount else {
      throw Breach(.charge, "\(kiosk.name) debits \(row.amount) for a charge of \(asked.amount)")
    }
    kiosk.arrivals.remove(at: arrival)
  }

  private func checkOfflineDebit(
    _ row: KioskView.Row, at kiosk: SimulatedKiosk, owing: Set<String>
  ) throws(Breach) {
    let what = "\(kiosk.name) takes \(row.amount) offline of card \(row.card)"
    if kiosk.told.blocked.contains(row.card) { throw Breach(.hotlist, "\(what), which it knows is blocked") }
    if kiosk.told.owing.contains(row.card) {
      throw Breach(.unsettled, "\(what), which it was told owes for goods that are gone")
    }
    if owing.contains(row.card) { throw Breach(.unsettled, "\(what), which owes for goods that are gone") }
    // Whoever sets a clock moves the ends of what it counts.
    guard !world.profile.stepsClocks else { return }
    let seconds = { [world] (since: Int64?) in since.map { (world.scheduler.now - $0) / 1_000_000_000 } ?? .max }
    // Two seconds for the disk to take it.
    let profile = world.profile
    guard seconds(kiosk.lastHeard) <= min(profile.offlineLongest, profile.kioskLongest ?? .max) + 2 else {
      throw Breach(.offlineLimit, "\(what), \(seconds(kiosk.lastHeard)) s after it heard of the ledger")
    }
    guard seconds(kiosk.lastListed) <= min(profile.hotlistLongest, profile.kioskHotlistLongest ?? .max) + 2 else {
      throw Breach(.offlineLimit, "\(what), with a list of blocked cards of \(seconds(kiosk.lastListed)) s ago")
    }
  }

  private func checkOffline(_ kiosk: SimulatedKiosk, _ content: KioskView.Content) throws(Breach) {
    var byCard: [String: Int64] = [:]
    for row in content.rows
    where row.isOffline && row.voids == nil && (row.isOpen || content.unsettled.contains(row.id)) {
      byCard[row.card, default: 0] += row.amount
    }
    let profile = world.profile
    let perCard = min(profile.offlinePerCard, profile.kioskPerCard ?? .max)
    let isAllowed = profile.isOfflineAllowed && profile.kioskAllows
    if let worst = byCard.values.max(), worst > perCard || !isAllowed {
      throw Breach(.offlineLimit, "a card owes \(worst) at \(kiosk.name), which may take \(perCard)")
    }
    let sum = byCard.values.reduce(0, +)
    let perDevice = min(profile.offlinePerDevice, profile.kioskPerDevice ?? .max)
    guard sum <= perDevice else {
      throw Breach(.offlineLimit, "\(kiosk.name) has \(sum) outstanding, and may have \(perDevice)")
    }
    var outstanding = Dictionary(uniqueKeysWithValues: byCard.map { (Template.digest($0.key), $0.value) })
    if sum > 0 { outstanding[""] = sum }
    guard outstanding == content.outstanding else {
      throw Breach(
        .offlineLimit, "\(kiosk.name) counts \(content.outstanding[""] ?? 0) as outstanding, and \(sum) is")
    }
  }

  /// The ledger decides about the debits of a card in the order in which the kiosk made them.
  ///
  /// A card that was emptied or linked meanwhile opens another wallet, whose debits wait for none of the one before; only then
  /// is the kiosk believed in what it opened when.
  private func checkOrder(_ kiosk: SimulatedKiosk, _ rows: [KioskView.Row]) throws(Breach) {
    var last: [String: Int64] = [:]
    for row in rows where row.voids == nil {
      guard let number = debit(of: row, at: kiosk)?.number else { continue }
      let holder = kiosk.correspondence.wallets[row.card]?.count == 1 ? row.card : row.wallet
      guard number > last[holder] ?? 0 else {
        throw Breach(.order, "\(kiosk.name): tap \(row.id) of card \(row.card) overtook an earlier one")
      }
      last[holder] = number
    }
  }

  /// What a kiosk says is paid is in the ledger.
  private func checkReceipts(
    _ kiosk: SimulatedKiosk, _ rows: [KioskView.Row], _ paid: Set<String>
  ) throws(Breach) {
    for row in rows where row.voids == nil && row.state == "posted" && paid.contains(row.charge) {
      guard let debit = debit(of: row, at: kiosk), debit.state != "refused" else {
        throw Breach(.durability, "\(kiosk.name) has a receipt for tap \(row.id), which the ledger did not post")
      }
    }
  }
}
