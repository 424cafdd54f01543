import FedowProtocol
import Model
import Rules

/// What is to be taken from a wallet whose owner does not sign.
struct Debiting {
  /// With which card; nil: with none, from a person's wallet.
  let card: Books.Card?
  let wallet: EntityID
  let place: Books.Place
  let assets: [EntityID]
  /// Minor units over all of them.
  let amount: Int64
  /// Whose local day it counts in.
  let at: LedgerTime
  /// The delegation that was asked for; nil: the first that allows it.
  let delegation: EntityID?
  /// What for.
  var purpose = Delegation.Purpose.tap
  /// Whether it was refused once and is posted later on purpose.
  var isSettlement = false
}

/// That a debit may be made: only the check of delegations makes one, and no sale is posted without.
struct Authority: Hashable {
  /// Whose money.
  let wallet: EntityID
  /// Under which delegation.
  let delegation: EntityID
  /// In which local day of it; nil when nothing is counted.
  let day: Int64?
  /// Minor units over all assets.
  let amount: Int64
  /// With which card, and in which local day of its own limits; nil when the card has none for a day.
  fileprivate(set) var card: EntityID?
  fileprivate(set) var cardDay: Int64?

  fileprivate init(wallet: EntityID, delegation: EntityID, day: Int64?, amount: Int64) {
    self.wallet = wallet
    self.delegation = delegation
    self.day = day
    self.amount = amount
  }
}

extension LedgerWriter {
  /// Finds the delegation under which a debit may be made; reads only, so that a refusal has nothing to undo. What is
  /// then posted is counted by `count`, in the same transaction.
  ///
  /// A card without a person carries the delegation of its issue; a person's money is debited under what they granted.
  /// - Throws: `Refusal` with `no_delegation`, or with the limit of the first delegation that speaks of this debit.
  func authority(over debiting: Debiting) throws -> Authority {
    var authority = try delegatedAuthority(over: debiting)
    guard let card = debiting.card, card.limits != Delegation.Limits() else { return authority }
    var used = Delegation.Use()
    if card.limits.perDay != nil {
      let day = try books.cardDay(of: card, at: debiting.at)
      used.today = try books.use(ofCard: card.uuid, day: day)
      (authority.card, authority.cardDay) = (card.uuid, day)
    }
    _ = try DelegationRules.use(after: debiting.amount, under: card.limits, from: used)
    return authority
  }

  private func delegatedAuthority(over debiting: Debiting) throws -> Authority {
    if let card = debiting.card, card.user == nil { return try authorityOfIssue(debiting, with: card) }
    let standing = try books.delegations(of: debiting.wallet)
    let isFederated = standing.contains { if case .federation = $0.grantee { true } else { false } }
    let debit = DelegationRules.Debit(
      place: debiting.place.uuid,
      federations: isFederated ? Set(try books.federations(of: debiting.place.uuid)) : [],
      assets: Set(debiting.assets), amount: debiting.amount, purpose: debiting.purpose,
      instant: debiting.at.microseconds)
    let named = try named(by: debiting, among: standing)
    var refusal: Refusal?
    for delegation in standing where named == nil || named == delegation.id {
      guard DelegationRules.covers(delegation, debit) else { continue }
      do {
        return try authority(debiting, under: delegation)
      } catch let limit as Refusal where limit.code.isLimit {
        refusal = refusal ?? limit
      }
    }
    throw refusal ?? Refusal(.noDelegation)
  }

  /// The delegation that was asked for; nil for any.
  ///
  /// What was tapped while the card was nobody's names that of its issue, and became its person's with the money that lay on
  /// it; what is posted later on purpose is posted under whatever this person lets be taken now.
  private func named(by debiting: Debiting, among standing: [Delegation]) throws -> EntityID? {
    guard let named = debiting.delegation else { return nil }
    if !debiting.isSettlement, standing.contains(where: { $0.id == named }) { return named }
    let isOwn = try debiting.isSettlement && books.delegation(named)?.wallet == debiting.wallet
    return try isOwn || books.wallets(joinedTo: debiting.wallet).contains(named) ? nil : named
  }

  private func authorityOfIssue(_ debiting: Debiting, with card: Books.Card) throws -> Authority {
    let issue = try books.issueDelegation(of: debiting.wallet, origin: card.origin)
    guard debiting.delegation == nil || debiting.delegation == issue.id else { throw Refusal(.noDelegation) }
    return try authority(debiting, under: issue)
  }

  private func authority(_ debiting: Debiting, under delegation: Delegation) throws -> Authority {
    let found = { Authority(wallet: debiting.wallet, delegation: delegation.id, day: $0, amount: debiting.amount) }
    // What a card carries by its issue is counted only where a limit needs it: the sales of a till need not pay for it.
    if delegation.source == .issue, delegation.limits.needsNoCount {
      _ = try DelegationRules.use(after: debiting.amount, under: delegation.limits, from: Delegation.Use())
      return found(nil)
    }
    let day = try delegation.day(at: debiting.at)
    let used = try delegation.limits.needsNoCount ? Delegation.Use() : books.use(of: delegation.id, day: day)
    _ = try DelegationRules.use(after: debiting.amount, under: delegation.limits, from: used)
    return found(day)
  }

  /// Counts what was posted under a delegation.
  func count(_ authority: Authority) throws {
    if let card = authority.card, let day = authority.cardDay, authority.amount > 0 {
      try books.addUse(authority.amount, ofCard: card, day: day)
    }
    guard let day = authority.day, authority.amount > 0 else { return }
    try books.addUse(authority.amount, of: authority.delegation, day: day)
  }

  /// Gives back to a delegation what a debit took of it, in the day that it was counted in.
  func giveBack(_ debit: Books.Debit) throws {
    if let card = try debit.card.flatMap({ try books.successor(of: $0) }), let day = debit.cardDay {
      try books.addUse(-debit.amount, ofCard: card.uuid, day: day)
    }
    guard let delegation = debit.delegation, let day = debit.delegationDay else { return }
    try books.addUse(-debit.amount, of: delegation, day: day)
  }

  /// Grants what linking a card means, unless the person has granted that already.
  func grantLinkDelegation(wallet: EntityID, card: Books.Card) throws {
    guard try !books.hasLinkDelegation(wallet) else { return }
    let terms = try books.delegationTerms(origin: card.origin)
    let delegation = Delegation(
      id: newID(), source: .link, grantee: .all, limits: terms.limits,
      timeZone: try terms.timeZone ?? books.timeZone())
    try books.insert(delegation, of: wallet, by: wallet, at: now)
  }
}

extension Delegation {
  /// The local day that an instant counts in.
  ///
  /// Where no day has a limit, a zone that cannot be read is no reason to refuse a debit.
  func day(at time: LedgerTime) throws -> Int64 {
    do {
      return try TimeZones.system.rules(timeZone).day(at: time)
    } catch {
      guard limits.perDay == nil else { throw Refusal(.storeUnavailable, error.sentence) }
      return ZoneRules.utc.day(at: time)
    }
  }
}

extension Refusal.Code {
  /// Whether a delegation speaks of the debit and its limits do not allow it.
  var isLimit: Bool { self == .overTapLimit || self == .overDayLimit || self == .overTotalLimit }
}

extension Books {
  /// What a card without a person carries: every place that accepts the money may debit it, within its federation's
  /// limits. It is not stored; its id is the wallet's, so that it can be named and counted.
  func issueDelegation(of wallet: EntityID, origin: EntityID) throws -> Delegation {
    let terms = try delegationTerms(origin: origin)
    let zone = try terms.timeZone ?? (terms.limits.needsNoCount ? "UTC" : timeZone())
    return Delegation(id: wallet, source: .issue, grantee: .all, limits: terms.limits, timeZone: zone)
  }
}
