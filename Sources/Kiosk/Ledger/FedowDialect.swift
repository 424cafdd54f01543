import FedowProtocol
import Model
import Rules
import Signing
import Transport

/// A real Fedow server, which nobody upgraded and which knows no idempotency key: the same signed sale sent twice debits
/// twice (protocol section 1). The tap's id travels in the metadata, and the card is read back before anything is resent.
public struct FedowDialect: LedgerDialect {
  /// `fedow`.
  public let name = "fedow"
  /// A second arrival is a second debit.
  public let isIdempotent = false
  /// Its workers were seen to finish a sale long after the client's time-out (section 8, points 7 and 8).
  public let settlingTime: Duration

  private let placeWallet: EntityID
  private let primaryCard: String?

  /// - Parameters:
  ///   - placeWallet: who is paid.
  ///   - primaryCard: the tag id of the operator's card; this server sells nothing without one.
  public init(placeWallet: EntityID, primaryCard: String?, settlingTime: Duration = .seconds(60)) {
    self.placeWallet = placeWallet
    self.primaryCard = primaryCard
    self.settlingTime = settlingTime
  }

  /// Makes and signs `POST /transaction/` with the keys in the order in which the tills send them.
  public func sign(_ order: DebitOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit {
    guard let primaryCard else {
      throw Refusal(.configurationInvalid, "A Fedow server sells only with an operator's card: set primary_card.")
    }
    guard order.parts.count == 1, let part = order.parts.first else {
      throw Refusal(
        .ledgerRefused, "This Fedow server cannot debit several moneys at once. Charge each of them by itself.")
    }
    let card = order.reading.card
    let body: JSON = [
      "amount": JSON(part.amount.minorUnits), "sender": JSON(card.wallet.text), "receiver": JSON(placeWallet.text),
      "asset": JSON(part.asset.text), "comment": JSON(order.comment), "metadata": ["tap": JSON(order.id.text)],
      "user_card_firstTagId": JSON(card.firstTagID), "primary_card_fisrtTagId": JSON(primaryCard),
    ]
    let before = order.reading.lastTransactions[part.asset] ?? ""
    return try SignedDebit(
      id: order.id, card: card.firstTagID, wallet: card.wallet, path: "/transaction/", body: body,
      credentials: credentials, witness: "\(part.asset.text) \(before)")
  }

  /// 201 is the transaction; a 4xx to the only sending is final, any other refusal says nothing of an earlier sending.
  public func outcome(of debit: SignedDebit, answer: HTTPResponse, isOnly: Bool) -> DebitOutcome {
    switch answer.status {
    case 201:
      guard let transaction = try? JSON.parse(answer.body),
        let receipt = receipt(of: debit, transaction: transaction, card: CardReading(debited: transaction))
      else { return .undecided("the ledger's transaction could not be read") }
      return .posted(receipt)
    case 400...499 where isOnly: return .refused(LedgerRefusal.reading(answer))
    default: return .undecided("HTTP \(answer.status)")
    }
  }

  /// `GET /card/{tag}/`.
  public func inquiryPath(about debit: SignedDebit) -> String { "/card/\(debit.card)/" }

  /// Compares the balance's last transaction: ours is posted; the one that was last before is proof that nothing was;
  /// a third one hides the truth, and only a person can look further.
  public func outcome(of debit: SignedDebit, inquiry: HTTPResponse) -> DebitOutcome {
    guard inquiry.status == 200, let json = try? JSON.parse(inquiry.body),
      let reading = CardReading(parsing: inquiry.body)
    else { return .undecided("HTTP \(inquiry.status)") }
    let parts = (debit.witness ?? "").split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let asset = EntityID(parts[0]) else { return .undecided("the witness is missing") }
    let token = json["wallet"]?["tokens"]?.elements?.first { $0["asset_uuid"]?.text == asset.text }
    if let last = token?["last_transaction"], last["metadata"]?["tap"]?.text == debit.id.text {
      return receipt(of: debit, transaction: last, card: reading).map { .posted($0) }
        ?? .undecided("the ledger's transaction could not be read")
    }
    return reading.lastTransactions[asset] ?? "" == parts[1]
      ? .absent : .undecided("another transaction hides whether this one was made; look at the card's history")
  }

  private func receipt(of debit: SignedDebit, transaction: JSON, card: CardReading?) -> Receipt? {
    guard let uuid = transaction["uuid"]?.text.flatMap({ EntityID($0) }), let hash = transaction["hash"]?.text,
      let asset = transaction["asset"]?.text.flatMap({ EntityID($0) }),
      let amount = transaction["amount"]?.int64, let datetime = transaction["datetime"]?.text
    else { return nil }
    let holding = card?.card.holdings.first { $0.asset == asset }
    let balances = holding.map { holding in
      Receipt.Balance(
        asset: asset, name: holding.assetName, category: holding.category.rawValue,
        before: holding.balance.adding(Amount(minorUnits: amount)), after: holding.balance)
    }
    return Receipt(
      id: debit.id, card: debit.card,
      transactions: [
        Receipt.Transaction(
          uuid: uuid, hash: hash, asset: asset, assetName: holding?.assetName ?? "",
          amount: Amount(minorUnits: amount), datetime: datetime)
      ], balances: balances.map { [$0] } ?? [])
  }
}

extension CardReading {
  /// The card inside a transaction's answer, with its balances after it.
  fileprivate init?(debited transaction: JSON) {
    guard let card = transaction["card"] else { return nil }
    self.init(parsing: Array(card.compact.utf8))
  }
}
