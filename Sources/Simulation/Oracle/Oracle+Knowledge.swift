import FedowProtocol
import Model
import Transport

/// What a kiosk does with what it knows.
extension Oracle {
  /// What goes out stands in the outbox, byte for byte: else a restart would not know what to ask for.
  func checkSending(_ request: HTTPRequest, by kiosk: SimulatedKiosk) {
    guard request.method == "POST", request.url.contains("/v1/debits/"), let body = request.body,
      let id = (try? JSON.parse(body))?["id"]?.text
    else { return }
    do throws(Breach) {
      guard let kept = try reading(kiosk, { try $0.bytes(of: id) }), kept == body else {
        throw Breach(.durability, "\(kiosk.name) sends \(id), which does not stand in its outbox as it is")
      }
    } catch {
      world.fail(error)
    }
  }

  /// Nothing is taken offline of a card that the kiosk never read, nor more than it read and is not spent, nor what the
  /// delegation does not allow, nor of a card that it read as blocked and has not heard of since.
  func checkKnowledge(
    of row: KioskView.Row, _ rows: [KioskView.Row], at kiosk: SimulatedKiosk, _ memory: KioskMemory
  ) throws(Breach) {
    let what = "\(kiosk.name) takes \(row.amount) offline of card \(row.card)"
    guard let readings = kiosk.correspondence.readings[row.card], let last = readings.last else {
      throw Breach(.offlineLimit, "\(what), which it has never read")
    }
    // Which of them it has written down nobody tells: one that allows it is enough.
    let delegation = try body(of: row, at: kiosk)?["delegation"]?.text
    let place = kiosk.pairing.place.text
    let isCovered = readings.contains { reading in
      // What the ledger took after it told of the card does not show in what it told.
      let spent = rows.filter {
        $0.card == row.card && $0.voids == nil && $0.sequence < row.sequence && $0.state != "refused"
          && max(memory.rowTimes[$0.sequence] ?? 0, postedAt[place + $0.id] ?? .max) > reading.at
      }.reduce(0) { $0 + $1.amount }
      guard row.amount <= reading.money - spent else { return false }
      return delegation.map { lets(reading.rooms[$0], row.amount, spent: spent) } ?? true
    }
    guard isCovered else {
      let rooms = last.rooms.values.map(\.perTap).sorted()
      throw Breach(.offlineLimit, "\(what), of which it read \(last.money) and \(rooms)")
    }
    // Whoever sets a clock changes what of both is newer.
    guard !world.profile.stepsClocks, readings.allSatisfy(\.isBlocked) else { return }
    guard kiosk.lastListed ?? 0 >= last.askedAt - 1_000_000_000 else {
      throw Breach(.hotlist, "\(what), which it read as blocked")
    }
  }

  /// Whether a delegation as it was told lets so much be taken now. Where clocks are wrong nobody tells in which day, or
  /// whether it is over.
  private func lets(_ room: Correspondence.Room?, _ amount: Int64, spent: Int64) -> Bool {
    guard let room, amount <= room.perTap, amount <= room.left - spent else { return false }
    let profile = world.profile
    guard !profile.stepsClocks, profile.clockErrors == [0, 0, 0] else { return true }
    // A second for the disk to take it.
    let isOver = room.until.map { world.scheduler.wallTime.microseconds >= $0 + 1_000_000 } ?? false
    return !isOver && (profile.wallOffset != 0 || amount <= room.leftToday - spent)
  }

  /// What the place gave is emptied first, and its own money before another's.
  func checkAllocation(
    of row: KioskView.Row, _ rows: [KioskView.Row], at kiosk: SimulatedKiosk
  ) throws(Breach) {
    guard let readings = kiosk.correspondence.readings[row.card], asked[row.charge]?.asset == nil,
      let body = try body(of: row, at: kiosk)
    else { return }
    let site = world.template.sites[kiosk.site]
    // Unless the card's person lets only some be taken; of a grant whose answer was lost nobody tells.
    var lets: Set<String>?
    if let delegation = body["delegation"]?.text.flatMap({ EntityID($0) }),
      let card = world.cardOf[row.card], !world.facts.isAnonymous(card)
    {
      guard let grant = world.facts.delegations[delegation] else { return }
      lets = grant.assets
    }
    // Which of the earlier debits of the wallet the ledger had counted when it told of the card, nobody tells, nor which the
    // kiosk knew to be refused.
    let earlier = rows.filter {
      world.cardOf[$0.card] == world.cardOf[row.card] && $0.voids == nil && $0.sequence < row.sequence
    }.reduce(0) { $0 + $1.amount }
    var left = row.amount
    for asset in [site.gift.text, site.money.text] where lets?.contains(asset) ?? true {
      let taken = parts[row.id]?[asset] ?? 0
      left -= taken
      guard left > 0, !readings.contains(where: { taken >= ($0.balances[asset] ?? 0) - earlier }) else { continue }
      throw Breach(
        .allocation,
        "\(kiosk.name) takes \(left) of card \(row.card) that others come after, and \(taken) of what comes first, of "
          + "which there was \(readings.map { $0.balances[asset] ?? 0 })")
    }
  }

  func body(of row: KioskView.Row, at kiosk: SimulatedKiosk) throws(Breach) -> JSON? {
    (try reading(kiosk) { try $0.bytes(of: row.id) } ?? nil).flatMap { try? JSON.parse($0) }
  }
}
