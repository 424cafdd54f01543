import Model

/// Between whom money goes: what is in the chain, somebody wanted exactly so.
extension Oracle {
  /// Holds who gives and who gets in a transaction against what was asked for.
  func checkParties(of block: LedgerView.Block) throws(Breach) {
    let what = "transaction \(block.sequence) (\(block.action) of \(block.amount))"
    if let created = lastCreation {
      guard block.action == "REF", block.asset == created.asset, block.amount == created.amount else {
        throw Breach(.conservation, "\(created.amount) was created at \(created.sequence), and \(what) came next")
      }
    }
    lastCreation = nil
    guard block.action != "FST" else { return }
    let template = world.template
    guard let site = template.issuer(ofAsset: block.asset) else {
      throw Breach(.conservation, "\(what) is of an asset that nobody has")
    }
    let issuer = site.wallet.text
    switch block.action {
    case "SAL":
      guard block.receiver == issuer || site.place != template.stranger?.place && block.asset == site.money.text else {
        throw Breach(.delegation, "\(what) is of money that its place does not take")
      }
    case "CRE":
      guard block.sender == issuer, block.receiver == issuer else {
        throw Breach(.conservation, "\(what) creates money that is not its issuer's")
      }
      lastCreation = block
    case "REF":
      guard block.sender == issuer else { throw Breach(.conservation, "\(what) fills with another place's money") }
      guard block.sequence > sequenceBefore else { return }
      let asked = block.metadata["refill_id"]?.text.flatMap { world.facts.refills[$0] } ?? []
      guard asked.contains(where: { $0.wallet == block.receiver && $0.asset == block.asset }) else {
        throw Breach(.conservation, "\(what) fills a wallet that nobody wanted filled with it")
      }
    case "BNK":
      guard world.facts.deposits.contains(Facts.Deposit(holder: block.sender, asset: block.asset)) else {
        throw Breach(.conservation, "\(what) is paid out to nobody who asked")
      }
    case "FUS":
      guard block.sequence > sequenceBefore else { return }
      let isWanted = world.facts.linking.contains { card, person in
        person.text == block.receiver && lastWallets[world.tags[card]] == block.sender
      }
      guard isWanted else { throw Breach(.delegation, "\(what) empties a wallet for nobody") }
    default: break
    }
  }

  /// A debit takes of the wallet that it names for the place that asked, and of each asset what was asked.
  func checkParties(of row: LedgerView.Debit) throws(Breach) {
    let place = world.template.sites.first { $0.place.text == row.place }
    for sale in chain.salesOf[row.id] ?? [] where sale.sender != row.wallet || sale.receiver != place?.wallet.text {
      throw Breach(.delegation, "sale \(sale.sequence) of tap \(row.id) is between others than asked")
    }
    guard let wanted = wanted(of: row), let taken = chain.taken[row.id], taken != wanted else { return }
    let sums = (taken: taken.values.sorted(), wanted: wanted.values.sorted())
    throw Breach(.once, "tap \(row.id) takes \(sums.taken) of other money than the \(sums.wanted) asked for")
  }

  /// Nobody is refused for want of money that is there.
  func checkRefusal(_ row: LedgerView.Debit) throws(Breach) {
    guard row.code == "insufficient_funds", let wallet = row.wallet, let wanted = wanted(of: row) else { return }
    let isThere = wanted.allSatisfy { asset, amount in
      chain.lowest(Chain.Holding(wallet: wallet, asset: asset)) >= amount
    }
    guard !isThere else {
      throw Breach(.refusal, "tap \(row.id) of \(row.amount) is refused for want of money, which is there")
    }
  }

  private func wanted(of row: LedgerView.Debit) -> [String: Int64]? {
    guard let demand = world.facts.demands[row.id] else { return parts[row.id] }
    return demand.parts(of: row.amount).reduce(into: [:]) { sums, part in
      sums[world.template.money(of: part.site), default: 0] += part.amount
    }
  }

  /// Whoever owes for goods that are gone goes on owing, until somebody who may has said otherwise.
  func checkSettlement(_ before: LedgerView.Debit?, _ row: LedgerView.Debit) throws(Breach) {
    guard row.settlement == "posted", before?.settlement != "posted" else { return }
    guard world.facts.settlements[row.id]?.contains("retry") == true else {
      throw Breach(.unsettled, "tap \(row.id) was refused, and is posted after all for nobody")
    }
  }

  /// What is forgiven at the end is what an operator forgave, of a charge that nobody owes, or of one that was taken back and
  /// of which the ledger did not give all back.
  /// - Parameter takenBack: the debits that kiosks void: of goods that are gone only for a cashier, which is held elsewhere.
  func checkForgiven(
    _ charges: [String: KioskView.Charge], _ rows: [String: KioskView.Row], _ takenBack: Set<String>
  ) throws(Breach) {
    for (key, debit) in debits.sorted(by: { $0.value.number < $1.value.number }) where debit.settlement == "forgiven" {
      if world.facts.settlements[debit.id]?.contains("forgive") == true { continue }
      // Of a charge that was never paid no goods went, whatever became of its other parts.
      guard let charge = rows[key].flatMap({ charges[$0.charge] }),
        !charge.wasPaid || charge.isOwedByNobody || charge.state == "partly_paid" && takenBack.contains(key)
      else {
        throw Breach(.unsettled, "tap \(debit.id) of \(debit.amount) is forgiven, and the goods are gone")
      }
    }
  }

  /// Goods that went are given back for only because a cashier said so.
  func checkTakenBack(_ content: KioskView.Content, at kiosk: SimulatedKiosk) throws(Breach) {
    let gone = Set(content.charges.filter(\.wasPaid).map(\.id))
    let takenBack = Set(content.rows.filter { $0.voids != nil && gone.contains($0.charge) }.map(\.charge))
    guard takenBack.count <= undos[kiosk.number] ?? 0 else {
      throw Breach(
        .void,
        "\(kiosk.name) gives \(takenBack.count) charges back of which the goods are gone, for \(undos[kiosk.number] ?? 0)"
      )
    }
  }
}
