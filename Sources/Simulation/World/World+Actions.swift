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
    case .demand: demand(action)
    case .cancel:
      cancel(at: kiosk)
    case .undo:
      undo(action, at: kiosk)
    case .settle: settle(action, at: kiosk)
    case .intrude: intrude(action, at: kiosk)
    case .link: link(action, at: kiosk)
    case .give: give(action)
    case .refill, .refund, .deposit, .block, .unblock, .reassign, .grant, .revoke, .limit, .terms, .accept,
      .revokeDevice, .rotateKeys, .disable:
      operate(action, at: kiosk)
    case .fill:
      let isLedgers = action.choice.isMultiple(of: 2)
      // A program that does not find room to begin is started again by its system, until it does.
      guard isLedgers ? ledger.isUp : kiosk.isUp else { return }
      (isLedgers ? ledger.disk : kiosk.disk).fill(afterWrites: action.choice % 15, count: 1 + action.choice % 4)
    case .crashKiosk:
      guard kiosk.running != nil else { return }
      if action.choice.isMultiple(of: 3) { crash(kiosk) } else { kiosk.disk.die(afterWrites: action.choice % 40) }
    case .crashLedger:
      guard ledger.isUp else { return }
      if action.choice.isMultiple(of: 3) { crashLedger() } else { ledger.disk.die(afterWrites: action.choice % 60) }
    case .cut, .outage: cut(action)
    case .island: isolate(action, at: kiosk)
    case .clock:
      if action.choice.isMultiple(of: 3) {
        ledger.clockError = Int64(action.choice - 500) * 100_000
      } else {
        kiosk.setClock(error: Int64(action.choice - 500) * 1_000_000)
      }
    case .reader: pullWhileWaiting(action, at: kiosk)
    }
  }

  /// The last charge, or one that is made for it; something may become of the money or the card a moment before.
  private func undo(_ action: Action, at kiosk: SimulatedKiosk) {
    let isNew = action.choice % 4 > 0
    if isNew { perform(meanwhile(.sell, action, 7)) }
    scheduler.after(.milliseconds(isNew ? 1_500 : 0)) { [self] in
      switch action.choice / 4 % 6 {
      // What the place holds of the other's money may be paid out.
      case 0, 1: deposit(from: 1 - kiosk.site, at: kiosk.site)
      case 2:
        perform(meanwhile(.refund, action, 3))
        perform(meanwhile(.refill, action, 1))
      case 3: reassign(action)
      // Or the card gets a person, sometimes another than who has paid.
      case 4: link(action)
      case 5:
        perform(meanwhile(.refund, action, 3))
        link(action)
      default: break
      }
      scheduler.after(.milliseconds(400)) { [self] in
        for _ in 0...(action.choice % 2) { undoLast(at: kiosk) }
      }
    }
  }

  func undoLast(at kiosk: SimulatedKiosk) {
    oracle.undos[kiosk.number, default: 0] += 1
    atTill(kiosk, "undo") { _ = try await $0.pipeline.undo(nil) }
  }

  private func cancel(at kiosk: SimulatedKiosk) {
    atTill(kiosk, "cancel") { [self] in
      guard let charge = lastCharges[kiosk.number] else { return }
      if try await $0.pipeline.cancel(charge).state == .cancelled { oracle.cancelled.insert(charge.text) }
    }
  }

  /// Sometimes while the disk is full.
  private func takeCash(_ action: Action, at kiosk: SimulatedKiosk) {
    if action.choice % 20 == 5, kiosk.isUp { kiosk.disk.fill(afterWrites: 0, count: 1) }
    // Or while the next card comes.
    if action.choice % 3 == 0, let reader = kiosk.running?.reader,
      let card = profile.cards.first(where: { $0 != action.card }), let uid = try? TagUID(hex: tags[card])
    {
      scheduler.after(.milliseconds(Int64(action.choice / 30))) { reader.see(.tag(uid, .mifareClassic1K)) }
    }
    atTill(kiosk, "cash") { [self] in
      guard let charge = lastCharges[kiosk.number] else { return }
      _ = try await $0.pipeline.complete(charge, by: "cash")
      oracle.paidInCash.insert(charge.text)
    }
  }

  /// Sometimes while a charge waits for a card, and one lies there that has paid before.
  private func pullWhileWaiting(_ action: Action, at kiosk: SimulatedKiosk) {
    guard action.choice % 3 > 0 else { return pull(action, kiosk.running?.reader) }
    let lays = Action(
      kind: .sell, gap: 0, kiosk: kiosk.number, card: action.card, other: 0, amount: action.amount / 2, choice: 7)
    sell(lays, at: kiosk)
    scheduler.after(.milliseconds(2_000)) { [self] in
      open(action.amount, ChargeTerms(), at: kiosk)
      scheduler.after(.milliseconds(200)) { [self] in pull(action, kiosk.running?.reader) }
    }
  }

  /// Pulls a reader and plugs it in again; a card that lay there lies there still.
  private func pull(_ action: Action, _ reader: SimulatedReader?) {
    guard let reader else { return }
    reader.see(.lost)
    reader.set(.absent)
    reader.pulls += 1
    scheduler.after(.milliseconds(Int64(action.choice))) { [scheduler, pulls = reader.pulls] in
      guard reader.pulls == pulls else { return }
      reader.set(.idle)
      guard let lying = reader.lying, reader.isCovered else { return reader.see(.empty) }
      guard action.choice.isMultiple(of: 2) else { return reader.see(.tag(lying, .mifareClassic1K)) }
      // Some report an empty field before they find what lies there.
      reader.show(.empty)
      scheduler.after(.milliseconds(400)) {
        if reader.pulls == pulls, reader.isCovered, reader.lying == lying { reader.show(.tag(lying, .mifareClassic1K)) }
      }
    }
  }

  private func cut(_ action: Action) {
    let cut = SimulatedNetwork.Cut.allCases[action.choice % 3]
    let numbers = action.kind == .outage ? profile.kiosks : [action.kiosk]
    for number in numbers { network.cut(number, cut) }
    let length = Int64(action.choice) * (action.choice.isMultiple(of: 3) ? 30 : 6)
    scheduler.after(.milliseconds(length)) { [self] in
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

  /// - Parameter ready: called when the charge waits for a card, or was refused.
  private func open(
    _ amount: Int64, _ terms: ChargeTerms, at kiosk: SimulatedKiosk, ready: @escaping @Sendable () -> Void = {}
  ) {
    let since = scheduler.now
    atTill(kiosk, "charge \(amount)") { [self] in
      defer { ready() }
      let charge = try await $0.pipeline.open(amount: Amount(minorUnits: amount), description: nil, terms: terms)
      lastCharges[kiosk.number] = charge.id
      oracle.opened(
        charge.id,
        Oracle.Asked(
          amount: amount, kiosk: kiosk.number, since: since, acceptsParts: terms.acceptsParts,
          asset: terms.asset?.text))
    }
  }

  func sell(_ action: Action, at kiosk: SimulatedKiosk) {
    // Now and then whoever found a card that was replaced tries it.
    let found = action.choice % 9 == 1 ? retired[action.card]?.last : nil
    guard let reader = kiosk.running?.reader, let uid = try? TagUID(hex: found ?? tags[action.card]) else { return }
    // Of some the card cannot pay more than a part, and the rest is paid in cash.
    let takesCash = action.choice % 10 == 5
    // Some are for the other place's money alone.
    let asset = action.choice % 13 == 4 ? template.sites[1 - kiosk.site].money : nil
    // Most look at what the till says before they present their card.
    let isHasty = action.choice % 6 == 1
    let pretended = fault == .ghostTap && reader.isCovered ? reader.lying : nil
    open(
      takesCash ? action.amount + 4_000 : action.amount,
      ChargeTerms(asset: asset, acceptsParts: action.choice % 5 == 0), at: kiosk
    ) { [self] in
      if !isHasty && pretended == nil { present(uid, to: reader, action) }
    }
    // Some cashiers think better of it when the card is there already.
    if action.choice % 8 == 5 {
      scheduler.after(.milliseconds(Int64(35 + action.choice % 200))) { [self] in cancel(at: kiosk) }
    }
    if takesCash {
      scheduler.after(.milliseconds(Int64(100 + action.choice * 3))) { [self] in takeCash(action, at: kiosk) }
    }
    if let pretended { return reader.pretendArrival(of: pretended) }
    if isHasty { present(uid, to: reader, action) }
  }

  /// A card is held to the reader for a moment; sometimes it slips and is seen again, sometimes it stays.
  private func present(_ uid: TagUID, to reader: SimulatedReader, _ action: Action) {
    let field = TagSighting.Field.tag(uid, .mifareClassic1K)
    scheduler.after(.milliseconds(30)) { reader.see(field) }
    if action.choice % 4 == 0 {
      scheduler.after(.milliseconds(60)) { reader.see(.empty) }
      scheduler.after(.milliseconds(160)) { reader.see(field) }
    }
    if action.choice % 7 != 0 { scheduler.after(.milliseconds(240)) { reader.see(.empty) } }
  }

  private func settle(_ action: Action, at kiosk: SimulatedKiosk) {
    if action.choice.isMultiple(of: 4) { return settleWithoutKiosk(action) }
    atTill(kiosk, "settle") { [self] in
      guard let row = try await $0.outbox(in: [.refused], limit: 100).first(where: { $0.isOffline && $0.voids == nil })
      else { return }
      let isRetry = action.choice % 3 > 0
      facts.settlements[row.debit.id.text, default: []].insert(isRetry ? "retry" : "forgive")
      _ = try await isRetry ? $0.retry(row.debit.id) : $0.forgive(row.debit.id)
    }
  }
}
