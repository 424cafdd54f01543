import FedowProtocol
import Kiosk

/// What people at a till were told of a charge, which nothing that dies makes untrue.
struct Told {
  let kiosk: Int
  let charge: String
  let state: String
  /// The code of the refusal that was told with it.
  let code: String?
  /// What was paid by other means, in minor units.
  let cash: Int64

  init?(_ event: KioskEvent, by kiosk: Int) {
    guard event.kind == .charge, let charge = event.data["id"]?.text, let state = event.data["state"]?.text else {
      return nil
    }
    self.kiosk = kiosk
    self.charge = charge
    self.state = state
    code = event.data["code"]?.text
    cash = event.data["other_means"]?["amount"]?.int64 ?? 0
  }

  /// Whether the charge has come to an end by it.
  var isEnd: Bool { ["paid", "paid_offline", "refused", "expired", "cancelled", "voided"].contains(state) }

  /// The ends that a charge may have after which this was said.
  var laterEnds: Set<String> {
    switch state {
    // Of what is taken back a part may stay: whose card was emptied since gets it by hand.
    case "paid": ["paid", "voided", "partly_paid"]
    // Of what was taken offline the ledger may refuse all or a part.
    case "paid_offline": ["paid_offline", "paid", "partly_paid", "refused", "expired", "voided"]
    // Of what took nothing a kiosk that was killed before it was written says that nobody paid in time.
    case "refused", "cancelled": [state, "expired"]
    default: [state]
    }
  }
}

extension Oracle {
  /// Holds what kiosks told of how charges ended; what is held against a file that a kill has closed waits until it is open.
  func checkWhatWasTold() throws(Breach) {
    let told = newlyTold
    newlyTold = []
    for told in told where told.isEnd {
      lastTold[told.charge] = told
      guard let kiosk = world.kiosks[told.kiosk] else { continue }
      guard kiosk.isUp, world.ledger.isUp || told.state != "paid" else {
        newlyTold.append(told)
        continue
      }
      try check(told, by: kiosk)
    }
  }

  /// A kiosk told how a charge of its own ended: it must be so already, and be written where it has to outlive a kill.
  private func check(_ told: Told, by kiosk: SimulatedKiosk) throws(Breach) {
    let content = try content(of: kiosk)
    let rows = content.rows.filter { $0.charge == told.charge && $0.voids == nil }
    let what = "\(kiosk.name) says that a charge is \(told.state)"
    guard let charge = content.charges.first(where: { $0.id == told.charge }) else {
      throw Breach(.durability, "\(what), which does not stand on its disk")
    }
    let amount = charge.amount
    switch told.state {
    case "paid":
      let taken = taken(by: rows, at: kiosk)
      guard taken + told.cash == amount else {
        throw Breach(.charge, "\(what), and \(taken) of \(amount) was taken")
      }
    case "paid_offline":
      let kept = rows.reduce(0) { $0 + $1.amount }
      guard kept + told.cash >= amount else {
        throw Breach(.durability, "\(what), and \(kept) of \(amount) stands in its outbox")
      }
      guard charge.wasPaid else { throw Breach(.durability, "\(what), and it is not written that its goods went") }
    default:
      let takenBack = Set(content.rows.compactMap(\.voids))
      if let row = rows.first(where: { $0.isOpen && !takenBack.contains($0.id) }) {
        throw Breach(.charge, "\(what), and its row \(row.sequence) is \(row.state)")
      }
    }
  }

  /// How a charge ended is how it was said to end.
  func checkTold(of charge: KioskView.Charge, at kiosk: SimulatedKiosk) throws(Breach) {
    guard let told = lastTold[charge.id] else { return }
    guard told.laterEnds.contains(charge.state) else {
      throw Breach(.charge, "\(kiosk.name): a charge that was said to be \(told.state) is \(charge.state)")
    }
    guard charge.wasPaid || !told.state.hasPrefix("paid") else {
      throw Breach(.charge, "\(kiosk.name) has forgotten that a charge was \(told.state)")
    }
  }
}
