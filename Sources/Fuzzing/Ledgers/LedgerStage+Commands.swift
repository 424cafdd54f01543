import FedowProtocol
import Ledger
import Model

extension LedgerStage {
  /// The command of a word; nil when there is none, or when it is refused before it is one.
  func command(_ word: String, _ body: JSON) throws -> (any LedgerCommand)? {
    if let command = protocolCommand(word, body) ?? personCommand(word, body) { return command }
    return try nativeCommand(word, body)
  }

  /// What tills and ticketing servers ask for.
  private func protocolCommand(_ word: String, _ body: JSON) -> (any LedgerCommand)? {
    switch word {
    case "transaction": PostTransaction(place: place, body: body)
    case "badge": BadgeCard(place: place, body: body)
    case "refund": RefundCard(place: place, body: body)
    case "deposit": DepositInBank(place: place, body: body)
    case "cards": CreateCards(place: place, body: body)
    case "primary": SetPrimaryCard(place: place, body: body)
    case "asset": CreateAsset(place: place, body: body)
    case "read": ReadCard(place: place, tag: body["tag"]?.text ?? Self.tags[1])
    case "wallet": GetOrCreateWallet(body: body, signature: nil)
    case "archive": ArchiveAsset(place: place, asset: body["asset"]?.text ?? "")
    default: nil
    }
  }

  /// What people sign.
  private func personCommand(_ word: String, _ body: JSON) -> (any LedgerCommand)? {
    let signer = id("$wallet1")
    switch word {
    case "membership": return PostForWallet(.membership, place: place, signer: signer, body: body)
    case "personal-refill": return PostForWallet(.refill, place: place, signer: signer, body: body)
    case "qr": return PostForWallet(.qrCodeSale, place: place, signer: signer, body: body)
    case "link-number": return LinkCard(signer: signer, body: body, card: .number)
    case "link-qr": return LinkCard(signer: signer, body: body, card: .qrcode)
    case "lose": return LoseCard(signer: signer, body: body)
    case "grant": return GrantDelegation(signer: signer, body: body)
    case "limit": return LimitCard(signer: signer, tag: Self.tags[1], body: body)
    default: return nil
    }
  }

  /// What kiosks ask for.
  private func nativeCommand(_ word: String, _ body: JSON) throws -> (any LedgerCommand)? {
    let changer = CardChanger.place(place, device: nil)
    let tag = body["tag"]?.text ?? Self.tags[1]
    switch word {
    case "debit": return PostDebit(place: place, debit: try DebitRequest(body))
    case "void": return VoidDebit(place: place, device: nil, debit: id("$card1"), body: body)
    case "settle": return SettleDebit(place: place, device: nil, debit: id("$card1"), body: body)
    case "give-back": return PostRefund(place: place, device: nil, tag: tag, body: body)
    case "operator": return ChangeOperatorCard(place: place, device: nil, tag: tag, body: body)
    case "enroll": return EnrollCards(by: changer, body: body)
    case "unenroll": return UnenrollCard(tag, by: changer, body: body)
    case "bind": return BindCard(tag, by: changer, body: body)
    case "lost": return BlockCard.lost(tag, by: changer, body: body)
    case "unblock": return BlockCard.unblock(tag, by: changer, body: body)
    case "reassign": return ReassignCard(tag, by: changer, body: body)
    case "sighted": return SightCard(tag, by: changer, body: body)
    default: return nil
    }
  }
}
