import Model

/// The money rules of the federation (protocol section 5): what each action moves, and what it never may.
///
/// Pure: no clock, no store. The store applies exactly the movements that these functions give.
public enum PostingRules {
  /// The changes of balance that a posting makes.
  ///
  /// The balances that must exist or be made are named even when nothing moves (delta 0).
  /// - Parameter correctionTakesFromSender: for a correction alone: whether the receiver is the server's primary wallet.
  /// - Throws: `Refusal` with `amount_invalid`, `asset_not_accepted` or `request_malformed`.
  public static func movements(
    of posting: Posting, correctionTakesFromSender: Bool = false
  ) throws(Refusal) -> [Movement] {
    let amount = posting.amount.minorUnits
    guard amount >= 0 else { throw Refusal(.amountInvalid, "An amount is never negative.") }
    try checkParties(of: posting)
    let give = Movement(wallet: posting.sender, delta: -amount)
    let take = Movement(wallet: posting.receiver, delta: amount)
    switch posting.action {
    case .firstBlock, .badge, .void:
      guard amount == 0 else { throw Refusal(.amountInvalid, "Nothing moves in this action; the amount must be 0.") }
      return [Movement(wallet: posting.sender, delta: 0)]
    case .creation, .membership: return [take]
    case .refill, .sale, .qrCodeSale, .fusion, .transfer: return [give, take]
    case .refund:
      // A place paid cash and is repaid later; what its issuer takes back was paid back by Stripe, and is no more.
      let isKept = posting.terms.category == .federated && posting.receiver != posting.terms.issuerWallet
      return isKept ? [give, take] : [give]
    case .bankDeposit: return [give]
    case .correction: return correctionTakesFromSender ? [give] : [take]
    }
  }

  /// The balance after a movement.
  /// - Parameter reserved: what of it waits for an answer from outside and cannot be spent, in minor units.
  /// - Throws: `Refusal` with `insufficient_funds` below what is reserved, `amount_invalid` when the sum does not fit.
  public static func balance(
    after movement: Movement, from balance: Int64, reserved: Int64 = 0
  ) throws(Refusal) -> Int64 {
    let (sum, overflow) = balance.addingReportingOverflow(movement.delta)
    guard !overflow else { throw Refusal(.amountInvalid, "The balance would be too large to be counted.") }
    guard sum >= reserved else { throw Refusal(.insufficientFunds) }
    return sum
  }

  /// Before a new posting: nothing makes more at once than `Amount.largest`. What moves is bounded by what was made.
  ///
  /// It is no rule of the chain: what was posted before there was a bound stays right.
  /// - Throws: `Refusal` with `amount_invalid`.
  public static func checkIsNotTooMuch(_ movements: [Movement]) throws(Refusal) {
    guard supplyChange(of: movements) <= Amount.largest.minorUnits else {
      throw Refusal(.amountInvalid, "At most \(Amount.largest) can be made at once.")
    }
  }

  /// The postings of a refill: the issuer creates what it gives, and gives it.
  ///
  /// Both in one posting, so that nothing comes between creation and refill (protocol section 8, no. 9).
  /// - Throws: `Refusal` with `asset_not_accepted` when the giver is not the issuer.
  public static func refill(
    terms: AssetTerms, from issuer: EntityID, to wallet: EntityID, amount: Amount
  ) throws(Refusal) -> [Posting] {
    guard issuer == terms.issuerWallet else {
      throw Refusal(.assetNotAccepted, "Only the place that issues an asset may refill it.")
    }
    return [
      Posting(action: .creation, sender: issuer, receiver: issuer, terms: terms, amount: amount),
      Posting(action: .refill, sender: issuer, receiver: wallet, terms: terms, amount: amount),
    ]
  }

  /// The posting that takes a sale back: the same amount of the same asset, from who received it to who paid.
  ///
  /// A transfer, because that is the one action that moves exactly so and means nothing else (protocol section 5): nothing
  /// is created, nothing paid out, and takings do not count it as a sale.
  /// - Parameter wallet: who gets it: the sender, or whose the sender's money has become.
  /// - Throws: `Refusal` with `request_malformed` for anything but a sale.
  public static func reversal(of sale: Posting, to wallet: EntityID) throws(Refusal) -> Posting {
    guard sale.action == .sale else { throw Refusal(.requestMalformed, "Only a sale can be taken back.") }
    return Posting(
      action: .transfer, sender: sale.receiver, receiver: wallet, terms: sale.terms, amount: sale.amount)
  }

  /// The change of the amount of an asset in the world: zero for all but creations and what is paid out.
  public static func supplyChange(of movements: [Movement]) -> Int64 {
    movements.reduce(0) { $0 &+ $1.delta }
  }

  private static func checkParties(of posting: Posting) throws(Refusal) {
    switch posting.action {
    case .firstBlock, .creation:
      guard posting.sender == posting.receiver, posting.sender == posting.terms.issuerWallet else {
        throw Refusal(.assetNotAccepted, "Only its issuer creates an asset.")
      }
    case .refill:
      guard posting.sender == posting.terms.issuerWallet else {
        throw Refusal(.assetNotAccepted, "Only the place that issues an asset may refill it.")
      }
      guard posting.receiver != posting.sender else {
        throw Refusal(.requestMalformed, "A place does not refill itself.")
      }
    case .sale, .qrCodeSale, .fusion, .transfer, .refund, .bankDeposit, .correction, .membership:
      guard posting.receiver != posting.sender else {
        throw Refusal(.requestMalformed, "Sender and receiver are the same wallet.")
      }
    case .badge, .void: break
    }
  }
}
