import FedowProtocol
import Model
import Rules

/// A transfer that the ledger has decided to post: everything that can be refused was looked at, and nothing written.
struct TransferDecision {
  let sender: EntityID
  let receiver: EntityID
  let asset: Books.Asset
  /// What the sender has, in minor units, without what is due of it.
  let before: Int64
  /// The narrowest of the money's terms and of the sender's own.
  let limits: Delegation.Limits
  /// What the sender has given with it.
  let use: Delegation.Use
  let day: Int64
  let timeZone: String

  /// How many receivers a sender may name in vain in a day of UTC: more is no mistake any more, but trying.
  static let guessLimit: Int64 = 10

  /// Decides; writes nothing.
  ///
  /// The receiver is looked for last, so that nobody who cannot give anything can find out who is known here.
  /// - Throws: `Refusal` with the ledger's decision; `rate_limited`, which is none, for who tries names.
  init(_ request: TransferRequest, from sender: EntityID, ledger: LedgerWriter) throws {
    let books = ledger.books
    guard let asset = try books.asset(request.asset) else { throw Refusal(.notFound, "There is no such asset.") }
    let terms = try books.transferTerms(of: asset)
    try TransferRules.check(asset.category, isArchived: asset.isArchived, under: terms)
    // A lost card is no reason: it is the owner who signs, and a card that opens nothing gives nothing.
    try books.checkNothingIsOwed(by: sender)
    timeZone = try terms.timeZone ?? books.timeZone()
    day = try TimeZones.system.rules(timeZone).day(at: ledger.now)
    limits = DelegationRules.narrowest([terms.limits, try books.transferLimits(of: sender)])
    use = try TransferRules.use(
      after: request.amount.minorUnits, under: limits, from: try books.transferUse(of: sender, day: day))
    before = try books.balance(of: asset.uuid, in: sender) ?? 0
    guard before >= request.amount.minorUnits else { throw Refusal(.insufficientFunds) }
    receiver = try ledger.receiver(request.receiver, from: sender)
    self.asset = asset
    self.sender = sender
  }

  /// What the sender may give, and what of it is used with this transfer.
  var limitsJSON: JSON {
    let amount = { (limit: Int64?) in limit.map { JSON($0) } ?? .null }
    return [
      "per_transfer": amount(limits.perTap), "per_day": amount(limits.perDay), "total": amount(limits.total),
      "used_today": JSON(use.today), "used_total": JSON(use.total),
    ]
  }
}

extension LedgerWriter {
  /// The wallet of the person who is meant.
  ///
  /// A place is none: what it gets is a sale. Nor is a card that belongs to nobody, nor the number of a lost one.
  fileprivate func receiver(_ receiver: TransferRequest.Receiver, from sender: EntityID) throws -> EntityID {
    if receiver.mayBeGuessed, try books.guesses(of: sender, at: now) >= TransferDecision.guessLimit {
      throw Refusal(.rateLimited, "Too many receivers were named who are not known here; try again tomorrow.")
    }
    let found: EntityID?
    switch receiver {
    case .wallet(let wallet):
      guard try books.place(wallet: wallet) == nil, try wallet != books.primaryWallet() else {
        throw Refusal(.transferToPlace)
      }
      found = try books.user(wallet: wallet)?.wallet
    case .email(let email): found = try books.user(email: email)?.wallet
    case .card(let number):
      let card = try books.card(numberPrinted: number)
      found = card.flatMap { $0.user == nil || $0.isBlocked ? nil : $0.wallet }
    }
    guard let found else { throw Refusal(.personUnknown, "No person is known here by this.") }
    guard found != sender else { throw Refusal(.transferToSelf) }
    return found
  }

  /// Counts a receiver who was named in vain.
  func noteGuess(_ refusal: Refusal, _ request: TransferRequest, by sender: EntityID) throws {
    guard refusal.code == .personUnknown, request.receiver.mayBeGuessed else { return }
    try books.addGuess(by: sender, at: now)
  }
}
