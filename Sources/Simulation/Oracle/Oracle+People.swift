import FedowProtocol
import Ledger
import Model

/// What goes from wallet to wallet without a sale.
extension Oracle {
  /// Which wallet became whose, by the linking of its card.
  func noteWallets(of cards: [LedgerView.Card]) {
    for card in cards {
      let before = lastWallets.updateValue(card.wallet ?? "", forKey: card.tag)
      guard let before, !before.isEmpty, let wallet = card.wallet, wallet != before,
        let number = world.cardOf[card.tag], world.facts.linking[number]?.text == wallet
      else { continue }
      joined[before] = wallet
    }
  }

  /// Nothing stays behind where nobody reaches it.
  func checkJoined() throws(Breach) {
    guard !joined.isEmpty else { return }
    let left = chain.balances.reduce(0) { joined[$1.key.wallet] == nil ? $0 : $0 + $1.value }
    guard left == 0 else {
      throw Breach(.conservation, "\(left) stays in wallets whose cards were linked to people")
    }
  }

  /// What is taken back comes to who paid, and what a person gives is what they said.
  /// - Parameter wasOwing: the cards that owed for goods before.
  func checkTransfer(_ block: LedgerView.Block, wasOwing: Set<String>) throws(Breach) {
    if let payer = chain.payer(of: block) {
      guard block.receiver == payer || block.receiver == joined[payer] else {
        throw Breach(.void, "transfer \(block.sequence) gives what one wallet paid to another")
      }
      return
    }
    let facts = world.facts
    let transfer = Facts.Transfer(
      sender: block.sender, receiver: block.receiver, asset: block.asset, amount: block.amount)
    guard let id = block.metadata["transfer_id"]?.text, facts.transfers[id] == transfer else {
      throw Breach(.delegation, "transfer \(block.sequence) of \(block.amount) is not what anybody wanted to give")
    }
    for (card, person) in facts.persons where person.text == block.sender {
      let tag = world.tags[card]
      guard case .wallet(block.sender) = facts.opens[card], wasOwing.contains(tag), owes(tag) else { continue }
      throw Breach(.unsettled, "transfer \(block.sequence) is of who owes for goods that are gone")
    }
    try checkGiving(block)
  }

  private func checkGiving(_ block: LedgerView.Block) throws(Breach) {
    let day = { (block: LedgerView.Block) in LedgerTime(microseconds: block.datetime).localDay }
    gifts[block.sender, default: []].append((day(block), block.amount))
    guard let person = EntityID(block.sender), let limits = world.facts.givingLimits[person] else { return }
    let given = gifts[block.sender] ?? []
    let total = given.reduce(0) { $0 + $1.amount }
    let today = given.reduce(0) { $0 + ($1.day == day(block) ? $1.amount : 0) }
    let isLet = limits.contains {
      block.amount <= $0.perTap ?? .max && total <= $0.total ?? .max
        && (today <= $0.perDay ?? .max || world.profile.stepsClocks)
    }
    guard isLet else {
      throw Breach(.limit, "\(block.amount) is given, \(today) on a day and \(total) in all, by who lets \(limits)")
    }
  }
}
