import Model

/// What the oracle remembers of a kiosk.
struct KioskMemory {
  /// The last row of its outbox that was looked at.
  var lastRow: Int64 = 0
}

/// What a kiosk does by itself.
extension Oracle {
  func check(_ kiosk: SimulatedKiosk) throws(Breach) {
    let (rows, charges, unsettled) = try content(of: kiosk)
    try checkOffline(kiosk, rows, unsettled)
    var memory = kiosks[kiosk.number] ?? KioskMemory()
    for row in rows where row.sequence > memory.lastRow {
      world.note("\(kiosk.name) outbox \(row.sequence) \(row.card) \(row.amount)\(row.isOffline ? " offline" : "")")
      if row.isOffline, row.voids == nil, kiosk.told.blocked.contains(row.card) {
        throw Breach(
          .hotlist, "\(kiosk.name) takes \(row.amount) offline of card \(row.card), which it knows is blocked")
      }
      memory.lastRow = row.sequence
    }
    kiosks[kiosk.number] = memory
    guard (rows.last?.sequence ?? 0) >= memory.lastRow else {
      throw Breach(.durability, "\(kiosk.name) has forgotten row \(memory.lastRow) of its outbox")
    }
    guard world.ledger.isUp else { return }
    try checkOrder(kiosk, rows)
    try checkReceipts(kiosk, rows, Set(charges.filter { $0.state == "paid" }.map(\.id)))
  }

  private func checkOffline(
    _ kiosk: SimulatedKiosk, _ rows: [KioskView.Row], _ unsettled: Set<String>
  ) throws(Breach) {
    var byCard: [String: Int64] = [:]
    for row in rows where row.isOffline && row.voids == nil && (row.isOpen || unsettled.contains(row.id)) {
      byCard[row.card, default: 0] += row.amount
    }
    let profile = world.profile
    if let worst = byCard.values.max(), worst > profile.offlinePerCard || !profile.isOfflineAllowed {
      throw Breach(.offlineLimit, "a card owes \(worst) at \(kiosk.name), which may take \(profile.offlinePerCard)")
    }
    let sum = byCard.values.reduce(0, +)
    guard sum <= profile.offlinePerDevice else {
      throw Breach(.offlineLimit, "\(kiosk.name) has \(sum) outstanding, and may have \(profile.offlinePerDevice)")
    }
  }

  /// The ledger decides about the debits of a card in the order in which the kiosk made them.
  private func checkOrder(_ kiosk: SimulatedKiosk, _ rows: [KioskView.Row]) throws(Breach) {
    let place = kiosk.pairing.place.text
    var last: [String: Int64] = [:]
    for row in rows where row.voids == nil {
      guard let number = debits[place + row.id]?.number else { continue }
      guard number > last[row.card] ?? 0 else {
        throw Breach(.order, "\(kiosk.name): tap \(row.id) of card \(row.card) overtook an earlier one")
      }
      last[row.card] = number
    }
  }

  /// What a kiosk says is paid is in the ledger.
  private func checkReceipts(
    _ kiosk: SimulatedKiosk, _ rows: [KioskView.Row], _ paid: Set<String>
  ) throws(Breach) {
    for row in rows where row.voids == nil && row.state == "posted" && paid.contains(row.charge) {
      guard let debit = debits[kiosk.pairing.place.text + row.id], debit.state != "refused" else {
        throw Breach(.durability, "\(kiosk.name) has a receipt for tap \(row.id), which the ledger did not post")
      }
    }
  }
}
