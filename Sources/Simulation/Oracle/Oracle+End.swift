import FedowProtocol
import Ledger
import Model

/// What must be true when the faults have stopped.
extension Oracle {
  /// What has not come to its end.
  func openMatters() -> [String] {
    var open: [String] = []
    if !world.ledger.isUp { open.append("the ledger is down") }
    for kiosk in world.tills {
      guard kiosk.isUp, !kiosk.isShutOut, let content = try? content(of: kiosk) else {
        open.append("\(kiosk.name) is down")
        continue
      }
      let (rows, charges) = (content.rows, content.charges)
      for (tag, isBlocked) in world.facts.blocked.sorted(by: { $0.key < $1.key }) where isBlocked != .maybe {
        let isListed = content.blocked.contains(Template.digest(tag))
        if isListed != (isBlocked == .yes) {
          open.append("\(kiosk.name) does not know that card \(tag) is \(isListed ? "not " : "")blocked")
        }
      }
      for row in rows
      where content.unsettled.contains(row.id) && debit(of: row, at: kiosk)?.settlement != "open" {
        open.append("\(kiosk.name) holds card \(row.card) for its row \(row.sequence), which is settled")
      }
      for row in rows where row.isOpen {
        open.append("\(kiosk.name) row \(row.sequence) \(row.voids == nil ? "debit" : "void") is \(row.state)")
      }
      let unowed = Set(charges.filter(\.isOwedByNobody).map(\.id))
      for row in rows where content.unsettled.contains(row.id) && unowed.contains(row.charge) {
        open.append("\(kiosk.name) holds card \(row.card) for a charge that nobody owes")
      }
      let inHand: Set = ["deciding", "sent", "unknown", "voiding"]
      let withRows = Set(rows.map(\.charge))
      for charge in charges
      where inHand.contains(charge.state) || charge.state == "waiting" && withRows.contains(charge.id) {
        open.append("\(kiosk.name) charge of \(charge.amount) is \(charge.state)")
      }
      // Nobody completes it any more: what cards paid of it is given back, but for what the ledger does not take back.
      let stuck = Set(rows.filter { $0.voids != nil && $0.state == "refused" }.map(\.charge))
      for charge in charges where charge.state == "partly_paid" && !charge.wasPaid && !stuck.contains(charge.id) {
        open.append("\(kiosk.name) keeps a part of a charge of \(charge.amount) that nobody pays")
      }
      // What a full disk did not take is written again.
      for charge in charges {
        guard let told = lastTold[charge.id], !told.laterEnds.contains(charge.state) else { continue }
        open.append("\(kiosk.name) charge of \(charge.amount) is \(charge.state), and was said to be \(told.state)")
      }
    }
    return open
  }

  func checkEnd() throws(Breach) {
    var (known, takenBack): (Set<String>, Set<String>) = ([], [])
    var rows: [String: KioskView.Row] = [:]
    var charges: [String: KioskView.Charge] = [:]
    for kiosk in world.tills {
      let content = try content(of: kiosk)
      let place = kiosk.pairing.place.text
      known.formUnion(content.rows.filter { $0.voids == nil }.map { place + $0.id })
      for row in content.rows where row.voids == nil { rows[place + row.id] = row }
      takenBack.formUnion(content.rows.compactMap { $0.voids.map { place + $0 } })
      for charge in content.charges { charges[charge.id] = charge }
      for row in content.rows where row.voids == nil && row.state == "refused" && debits[place + row.id] == nil {
        if kiosk.correspondence.sent.contains(row.id), !kiosk.correspondence.turnedDown.contains(row.id) {
          throw Breach(.charge, "\(kiosk.name) gave row \(row.sequence) up, which nobody refused")
        }
      }
      let takenBack = Set(content.rows.compactMap(\.voids))
      let byCharge = Dictionary(grouping: content.rows.filter { $0.voids == nil }, by: \.charge)
      for charge in content.charges {
        if let asked = asked[charge.id], asked.amount != charge.amount || asked.kiosk != kiosk.number {
          throw Breach(.charge, "a charge of \(asked.amount) became one of \(charge.amount)")
        }
        try check(charge, byCharge[charge.id] ?? [], at: kiosk, takenBack)
        try checkTold(of: charge, at: kiosk)
        if paidInCash.contains(charge.id), charge.cash == 0 || !charge.wasPaid {
          throw Breach(.charge, "\(kiosk.name): a charge whose rest was paid in cash is \(charge.state) without it")
        }
        // Where the disk did not take it, it expires at the next start.
        if cancelled.contains(charge.id), !["cancelled", "expired", "waiting"].contains(charge.state) {
          throw Breach(.charge, "\(kiosk.name): a charge that was cancelled is \(charge.state)")
        }
      }
    }
    for (key, debit) in debits.sorted(by: { $0.value.number < $1.value.number })
    where !known.contains(key) && world.facts.demands[debit.id] == nil {
      throw Breach(.unknownDebit, "tap \(debit.id) of \(debit.amount) is \(debit.state), and no kiosk knows it")
    }
    try checkForgiven(charges, rows, takenBack)
    try audit()
  }

  private func check(
    _ charge: KioskView.Charge, _ rows: [KioskView.Row], at kiosk: SimulatedKiosk, _ takenBack: Set<String>
  ) throws(Breach) {
    let net = taken(by: rows, at: kiosk)
    let isRight =
      switch charge.state {
      case "paid", "paid_offline": net + charge.cash == charge.amount
      case "refused", "expired", "cancelled", "voided", "waiting": net == 0
      case "partly_paid": net + charge.cash > 0 && net + charge.cash < charge.amount
      default: false
      }
    guard isRight else {
      throw Breach(.charge, "\(kiosk.name): a charge of \(charge.amount) is \(charge.state), and \(net) was taken")
    }
    // The goods did not go, came back, or were paid by others: nobody owes for them.
    for row in rows
    where charge.isOwedByNobody && takenBack.contains(row.id) && debit(of: row, at: kiosk)?.settlement == "open" {
      throw Breach(.unsettled, "\(kiosk.name): card \(row.card) is held for a charge that is \(charge.state)")
    }
  }

  /// The ledger's own recomputation of everything.
  private func audit() throws(Breach) {
    guard let store = world.ledger.running?.store else { return }
    let verdict = Box<Result<LedgerAudit.Verdict, any Error>>(.failure(LifeOver()))
    world.scheduler.start {
      do {
        verdict.value = .success(try await LedgerAudit(store: store).run())
      } catch {
        verdict.value = .failure(error)
      }
    }
    try world.scheduler.settle()
    switch verdict.value {
    case .success(let found) where found.isSound: return
    case .success(let found): throw Breach(.audit, "\(found.breaks)")
    case .failure(let error): throw Breach(.audit, "\(error)")
    }
  }
}
