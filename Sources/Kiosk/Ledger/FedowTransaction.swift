import FedowProtocol
import Model

/// A transaction as a Fedow server shows it, alone or as the last one of a balance (protocol section 3, "Tx").
struct FedowTransaction {
  let uuid: String
  let json: JSON

  init?(_ json: JSON?) {
    guard let json, let uuid = json["uuid"]?.text else { return nil }
    self.uuid = uuid
    self.json = json
  }

  /// The one before it in its asset's chain; nil for the first, which names itself.
  var previous: String? { json["previous_transaction"]?.text.flatMap { $0 == uuid ? nil : $0 } }

  /// Of which money.
  var asset: EntityID? { json["asset"]?.text.flatMap { EntityID($0) } }

  /// When, on the ledger's clock.
  var at: LedgerTime? { json["datetime"]?.text.flatMap { LedgerTime.parse($0) } }

  /// Whether it is this debit, or this give-back: the id travels in `part`, or in `tap` where the tap is one debit.
  ///
  /// It has to move the wallet's money too: the server writes a refill's metadata also onto the creation of the money that
  /// comes before it (recording 170), and a creation whose refill failed gave the card nothing (section 8, point 9).
  func isOf(_ debit: SignedDebit) -> Bool {
    let metadata = json["metadata"]
    guard (metadata?["part"] ?? metadata?["tap"])?.text == debit.id.text else { return false }
    return change(of: debit.wallet).signum() == debit.fedowChange.signum()
  }

  /// Whether all that this wallet held of the asset went to another: its card was linked to a person's wallet.
  func empties(_ wallet: EntityID) -> Bool { json["action"]?.text == "FUS" && json["sender"]?.text == wallet.text }

  /// What it adds to a wallet's balance, in minor units (section 5, "Money rules").
  func change(of wallet: EntityID) -> Int128 {
    guard let amount = json["amount"]?.int64.map({ Int128($0) }), let action = json["action"]?.text else { return 0 }
    let moves = Set(["REF", "SAL", "QRS", "FUS", "RFD", "SUB"])
    guard moves.contains(action) else { return 0 }
    if json["receiver"]?.text == wallet.text { return action == "RFD" ? 0 : amount }
    return json["sender"]?.text == wallet.text && action != "SUB" ? -amount : 0
  }

  /// The receipt of a debit, or of a refill that gives one back.
  func receipt(of debit: SignedDebit, card: CardReading?) -> Receipt? {
    guard let id = EntityID(uuid), let hash = json["hash"]?.text,
      let asset, let amount = json["amount"]?.int64,
      let datetime = json["datetime"]?.text
    else { return nil }
    // The balance is that of its own moment only where nothing came after it.
    let isLast = card?.lastTransactions[asset]?.uuid == uuid
    let holding = isLast ? card?.card.holdings.first { $0.asset == asset } : nil
    let before =
      holding
      .flatMap { Int64(exactly: Int128($0.balance.minorUnits) - change(of: debit.wallet)) }
      .map { Amount(minorUnits: $0) }
    let name = card?.card.holdings.first { $0.asset == asset }?.assetName
    return Receipt(
      id: debit.id, card: debit.card,
      transactions: [
        Receipt.Transaction(
          uuid: id, hash: hash, asset: asset, assetName: name ?? "", amount: Amount(minorUnits: amount),
          datetime: datetime)
      ],
      balances: holding.map {
        [
          Receipt.Balance(
            asset: asset, name: $0.assetName, category: $0.category.rawValue, before: before, after: $0.balance)
        ]
      } ?? [])
  }
}

extension SignedDebit {
  /// What a call to a Fedow server does to the wallet's balance, in minor units: less than 0, and more where it gives back.
  var fedowChange: Int128 {
    let body = try? JSON.parse(body)
    let amount = Int128(body?["amount"]?.int64 ?? 0)
    return body?["sender"]?.text == wallet.text ? -amount : amount
  }
}
