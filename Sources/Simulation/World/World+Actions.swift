import FedowProtocol
import Kiosk
import Ledger
import Model
import Rules

extension World {
  func perform(_ action: Action) {
    guard let kiosk = kiosks[action.kiosk] else { return }
    switch action.kind {
    case .sell: sell(action, at: kiosk)
    case .cancel:
      atTill(kiosk, "cancel") { [self] in
        if let charge = lastCharges[kiosk.number] { _ = try await $0.pipeline.cancel(charge) }
      }
    case .undo: atTill(kiosk, "undo") { _ = try await $0.pipeline.undo(nil) }
    case .settle: settle(action, at: kiosk)
    case .refill, .refund, .block, .unblock, .reassign, .grant, .revoke, .terms, .revokeDevice, .rotateKeys:
      operate(action, at: kiosk)
    case .crashKiosk:
      guard kiosk.running != nil else { return }
      if action.choice.isMultiple(of: 3) { crash(kiosk) } else { kiosk.disk.die(afterWrites: action.choice % 40) }
    case .crashLedger:
      guard ledger.isUp else { return }
      if action.choice.isMultiple(of: 3) { crashLedger() } else { ledger.disk.die(afterWrites: action.choice % 60) }
    case .cut, .outage: cut(action)
    case .clock: kiosk.setClock(error: Int64(action.choice - 500) * 1_000_000)
    case .reader:
      kiosk.running?.reader.see(.lost)
      kiosk.running?.reader.set(.absent)
      scheduler.after(.milliseconds(Int64(action.choice))) { kiosk.running?.reader.set(.idle) }
    }
  }

  private func cut(_ action: Action) {
    let cut = SimulatedNetwork.Cut.allCases[action.choice % 3]
    let numbers = action.kind == .outage ? profile.kiosks : [action.kiosk]
    for number in numbers { network.cut(number, cut) }
    scheduler.after(.milliseconds(Int64(action.choice) * 30)) { [self] in
      for number in numbers { network.cut(number, nil) }
    }
  }

  /// Has something done by a cashier, when the till is there.
  private func atTill(
    _ kiosk: SimulatedKiosk, _ what: String, _ work: @escaping @Sendable (TapKiosk) async throws -> Void
  ) {
    guard let till = kiosk.running?.kiosk, let life = kiosk.running?.life else { return }
    scheduler.start { [self] in
      do {
        try await work(till)
        if !life.isOver { note("\(kiosk.name): \(what) done") }
      } catch {
        if !life.isOver { note("\(kiosk.name): \(what): \((error as? Refusal)?.code.rawValue ?? "\(error)")") }
      }
    }
  }

  private func sell(_ action: Action, at kiosk: SimulatedKiosk) {
    guard let reader = kiosk.running?.reader, let uid = try? TagUID(hex: tags[action.card]) else { return }
    let terms = ChargeTerms(acceptsParts: action.choice % 5 == 0)
    atTill(kiosk, "charge \(action.amount)") { [self] in
      let charge = try await $0.pipeline.open(
        amount: Amount(minorUnits: action.amount), description: nil, terms: terms)
      lastCharges[kiosk.number] = charge.id
      oracle.asked(charge.id, amount: action.amount, at: kiosk.number)
    }
    // A card is held to the reader for a moment; sometimes it slips and is seen again, sometimes it stays.
    let field = TagSighting.Field.tag(uid, .mifareClassic1K)
    scheduler.after(.milliseconds(30)) { reader.see(field) }
    if action.choice % 4 == 0 {
      scheduler.after(.milliseconds(60)) { reader.see(.empty) }
      scheduler.after(.milliseconds(160)) { reader.see(field) }
    }
    if action.choice % 7 != 0 { scheduler.after(.milliseconds(240)) { reader.see(.empty) } }
  }

  private func settle(_ action: Action, at kiosk: SimulatedKiosk) {
    atTill(kiosk, "settle") {
      guard let row = try await $0.outbox(in: [.refused], limit: 100).first(where: { $0.isOffline && $0.voids == nil })
      else { return }
      _ = try await action.choice.isMultiple(of: 2) ? $0.retry(row.debit.id) : $0.forgive(row.debit.id)
    }
  }
}
