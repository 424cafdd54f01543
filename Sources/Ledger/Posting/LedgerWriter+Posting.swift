import FedowProtocol
import Model
import Rules

/// What goes with a posting into its block, and moves nothing.
struct PostingDetails {
  var card: EntityID?
  var primaryCard: EntityID?
  var comment: String?
  var metadata: JSON = .null
  /// Of a membership: its period in the chain's code, when its run began, and when this period does.
  var subscriptionType = ChainEntry.noSubscription
  var subscriptionFirst: LedgerTime?
  var subscriptionStart: LedgerTime?
  /// For a first block: the asset's own creation date, which may lie in the past.
  var datetime: LedgerTime?
  /// The refill by Stripe that the block belongs to.
  var checkoutStripe: EntityID?
  /// By what a wallet is debited that did not sign itself; a sale has none but this.
  var authority: Authority?
  /// Whether the ledger posts it by itself, also where it stands before what somebody asked for.
  var isOfLedger = false
  /// By what a person gives money away: only the check of their signed request makes one.
  var transfer: TransferDecision?
  /// By what of Stripe's primary tokens are made or burnt; nothing else makes or burns any.
  var stripe: StripeWord?
}

extension LedgerWriter {
  /// Posts one transaction: moves the balances and appends the block to its asset's chain.
  ///
  /// The instant never lies before the block before, also when the machine's clock steps back.
  /// - Throws: `Refusal` of the posting rules; `Rejection` when the sender never held the asset.
  @discardableResult
  func post(_ posting: Posting, _ details: PostingDetails = PostingDetails()) throws -> Books.Posted {
    // The last line of defence: no way to a wallet's money leads past the check of its owner's delegation.
    guard posting.action != .sale || details.authority?.wallet == posting.sender else { throw Refusal(.noDelegation) }
    if posting.action == .transfer, details.transfer?.sender != posting.sender {
      guard try books.user(wallet: posting.sender) == nil else {
        throw Refusal(.forbidden, "Only its owner gives a person's money away, by their signature.")
      }
    }
    guard posting.action != .membership else { return try postMembership(posting, details) }
    try meltBefore(posting)
    try freeExpired(posting.terms, in: posting.sender)
    return try record(posting, details)
  }

  /// Posts one transaction of balances from which everything due has melted.
  func record(_ posting: Posting, _ details: PostingDetails) throws -> Books.Posted {
    let movements = try PostingRules.movements(
      of: posting, correctionTakesFromSender: posting.action == .correction && posting.receiver == books.primaryWallet()
    )
    try PostingRules.checkIsNotTooMuch(movements)
    try details.checkStripe(posting, movements)
    let asset = posting.terms.asset
    // All of it is decided before any of it is written.
    var balances = try movements.map { movement in
      let token = try books.token(of: asset, in: movement.wallet)
      return (
        movement.wallet,
        try PostingRules.balance(after: movement, from: token?.balance ?? 0, reserved: token?.reserved ?? 0)
      )
    }
    let standing = try standing(of: posting, balances: balances)
    let posted = try append(posting, details, standing)
    // Each party's balance remembers the last transaction that it took part in, moved or not.
    for wallet in [posting.sender, posting.receiver] where !balances.contains(where: { $0.0 == wallet }) {
      if let unmoved = try books.token(of: asset, in: wallet)?.balance { balances.append((wallet, unmoved)) }
    }
    for (wallet, balance) in balances {
      try books.settle(balance, of: asset, in: wallet, by: posted, newID: newID)
    }
    return posted
  }

  /// Posts several, all or nothing with the command they belong to.
  func post(_ postings: [Posting], _ details: PostingDetails) throws -> [Books.Posted] {
    try postings.map { try post($0, details) }
  }

  private func standing(of posting: Posting, balances: [(EntityID, Int64)]) throws -> Books.Standing {
    let tokens = try [posting.sender, posting.receiver].map { try books.token(of: posting.terms.asset, in: $0) }
    let after = [posting.sender, posting.receiver].enumerated().map { index, wallet in
      balances.first { $0.0 == wallet }?.1 ?? tokens[index]?.balance
    }
    return Books.Standing(
      senderBefore: tokens[0]?.lastSequence, receiverBefore: tokens[1]?.lastSequence, senderAfter: after[0],
      receiverAfter: after[1])
  }

  private func append(
    _ posting: Posting, _ details: PostingDetails, _ standing: Books.Standing
  ) throws -> Books.Posted {
    let head = try books.chainHead(of: posting.terms.asset)
    guard (head == nil) == (posting.action == .firstBlock) else {
      throw Refusal(.ledgerBroken, "The chain of asset \(posting.terms.asset) has no first block, or would get two.")
    }
    let datetime = try details.datetime ?? LedgerTime(microseconds: books.meltingInstant(of: posting.terms.asset))
    let id = newID().stamped(milliseconds: datetime.microseconds / 1000)
    let entry = ChainEntry(
      id: id, sender: posting.sender, receiver: posting.receiver, asset: posting.terms.asset,
      amount: posting.amount.minorUnits, datetime: datetime, lastCheck: max(now, datetime), action: posting.action,
      card: details.card, primaryCard: details.primaryCard, comment: details.comment, metadata: details.metadata,
      checkoutStripe: details.checkoutStripe, subscriptionType: details.subscriptionType,
      subscriptionFirst: details.subscriptionFirst, subscriptionStart: details.subscriptionStart,
      previousID: head?.entry.id ?? id, previousHash: head?.hash ?? "")
    let posted = Books.Posted(
      entry: entry, hash: entry.hash, sequence: try books.lastSequence() + 1,
      assetSequence: head.map { $0.assetSequence + 1 } ?? 0)
    try books.insert(posted, standing, details.isOfLedger ? nil : warrant)
    return posted
  }
}
