import FedowProtocol
import Model
import Rules
import Signing
import Transport

/// A real Fedow server, which nobody upgraded and which knows no idempotency key: the same signed sale sent twice debits
/// twice (protocol section 1). The debit's id travels in the metadata, and is looked for before anything is resent.
///
/// A call takes one asset, so a tap that needs several is several debits, one after the other. The server has no void
/// either: what a card paid in this place's own money can be filled back, and other money cannot.
public struct FedowDialect: LedgerDialect {
  /// `fedow`.
  public let name = "fedow"
  /// A second arrival is a second debit.
  public let isIdempotent = false
  /// One asset a call.
  public let debitsSeveralAssets = false
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

  /// Why nobody is let in before this server: it does not say how long a membership is.
  static let noEntrances = Refusal(
    .ledgerRefused,
    "This kiosk's ledger is a Fedow server, which does not say who is a member now: nobody is let in by it. "
      + "Badges are recorded at that server's own tills.")

  /// Makes and signs `POST /transaction/` with the keys in the order in which the tills send them.
  public func sign(_ order: DebitOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit {
    guard order.entrance == nil else { throw Self.noEntrances }
    guard order.parts.count == 1, let part = order.parts.first else {
      throw Refusal(.ledgerRefused, "This Fedow server debits one money a call.")
    }
    let card = order.reading.card
    var metadata = JSONObject([("tap", JSON(order.tap.text))])
    if order.tap != order.id { metadata["part"] = JSON(order.id.text) }
    let body: JSON = [
      "amount": JSON(part.amount.minorUnits), "sender": JSON(card.wallet.text), "receiver": JSON(placeWallet.text),
      "asset": JSON(part.asset.text), "comment": JSON(order.comment), "metadata": .object(metadata),
      "user_card_firstTagId": JSON(card.firstTagID), "primary_card_fisrtTagId": JSON(try operatorCard(nil)),
    ]
    let last = order.reading.lastTransactions[part.asset]
    let witness = FedowWitness(
      asset: part.asset, transaction: last?.uuid,
      value: card.holdings.first { $0.asset == part.asset }?.balance.minorUnits, at: last?.at)
    return try SignedDebit(
      id: order.id, card: card.firstTagID, wallet: card.wallet, path: "/transaction/", body: body,
      credentials: credentials, witness: witness.text)
  }

  /// Only this place's own money comes back, by a refill.
  public func canTakeBack(_ order: VoidOrder) -> Bool { order.own != nil }

  /// Makes and signs the refill that gives a debit back.
  public func sign(_ order: VoidOrder, with credentials: PlaceCredentials) throws(Refusal) -> SignedDebit {
    guard let own = order.own else {
      throw Refusal(
        .ledgerRefused, "A Fedow server gives back only the money that this place issues. Refund the rest by hand.")
    }
    let body: JSON = [
      "amount": JSON(own.amount.minorUnits), "sender": JSON(placeWallet.text), "receiver": JSON(order.wallet.text),
      "asset": JSON(own.asset.text), "comment": nil,
      "metadata": ["tap": JSON(order.id.text), "voids": JSON(order.debit.text)],
      "user_card_firstTagId": JSON(order.card), "primary_card_fisrtTagId": JSON(try operatorCard(order.operatorCard)),
    ]
    return try SignedDebit(
      id: order.id, card: order.card, wallet: order.wallet, path: "/transaction/", body: body,
      credentials: credentials, witness: own.witness)
  }

  private func operatorCard(_ tapped: String?) throws(Refusal) -> String {
    guard let card = tapped ?? primaryCard else {
      throw Refusal(.configurationInvalid, "A Fedow server sells only with an operator's card: set primary_card.")
    }
    return card
  }

  /// 201 is the transaction; a 4xx to the only sending is final, any other refusal says nothing of an earlier sending.
  public func outcome(of debit: SignedDebit, answer: HTTPResponse, isOnly: Bool) -> DebitOutcome {
    switch answer.status {
    case 201:
      guard let transaction = FedowTransaction(try? JSON.parse(answer.body)), transaction.isOf(debit),
        let receipt = transaction.receipt(of: debit, card: CardReading(in: transaction))
      else { return .undecided("the ledger's transaction could not be read") }
      return .posted(receipt)
    case 400...499 where isOnly: return .refused(LedgerRefusal.reading(answer))
    default: return .undecided("HTTP \(answer.status)")
    }
  }

  /// By the card's last transaction, the chain behind it, and the balance.
  public func inquiry(about debit: SignedDebit, isSettled: Bool) -> any DebitInquiry {
    FedowInquiry(debit, isSettled: isSettled)
  }
}

extension CardReading {
  /// The card inside a transaction's answer, with its balances after it.
  fileprivate init?(in transaction: FedowTransaction) {
    guard let card = transaction.json["card"] else { return nil }
    self.init(parsing: Array(card.compact.utf8))
  }
}
