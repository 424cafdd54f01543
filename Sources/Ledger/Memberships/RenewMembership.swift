import FedowProtocol
import Model
import Rules

/// Renews one membership for the next period, if that is due: what it costs is debited under its holder's delegation for
/// subscriptions, and the membership is posted with it, both or neither.
///
/// It finds out for itself what is due, inside the writer: however often and by how many it is asked for, a period is paid
/// once. What it cannot do it writes down with the reason, for the member and the place to see, and tries again later.
struct RenewMembership: LedgerCommand {
  let candidate: Books.RenewalCandidate

  /// 200 with what was done: `posted`, `failing`, `lapsed`, or `nothing`.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard let due = try ledger.books.renewalDue(candidate, at: ledger.now) else { return Answer(["state": "nothing"]) }
    var renewal: Books.Renewal
    switch try plan(of: due, ledger) {
    case .success(let plan):
      renewal = outcome(of: due, .posted, nil, ledger)
      // What fails from here on is no decision: nothing of it stays.
      try plan.post(into: &renewal, ledger)
    case .failure(let refusal):
      renewal =
        due.step == .lapse
        ? outcome(of: due, .lapsed, refusal.code, ledger, tries: 0) : outcome(of: due, .failing, refusal.code, ledger)
    }
    try ledger.books.set(renewal)
    try note(renewal, due, ledger)
    return Answer(["state": JSON(renewal.state.rawValue), "code": JSON(renewal.code?.rawValue)])
  }

  private func plan(of due: RenewalDue, _ ledger: LedgerWriter) throws -> Result<RenewalPlan, Refusal> {
    guard due.step != .lapse else { return .failure(Refusal(due.earlier?.code ?? .membershipExpired)) }
    do {
      return .success(try RenewalPlan(due, of: candidate.wallet, ledger: ledger))
    } catch let refusal as Refusal where refusal.code.isDecision {
      return .failure(refusal)
    }
  }

  private func outcome(
    of due: RenewalDue, _ state: Books.Renewal.State, _ code: Refusal.Code?, _ ledger: LedgerWriter, tries: Int64 = 1
  ) -> Books.Renewal {
    Books.Renewal(
      wallet: candidate.wallet, asset: candidate.asset, start: due.start, state: state, code: code,
      tries: (due.earlier?.tries ?? 0) + tries, triedAt: ledger.now)
  }

  /// Writes down, where the place reads it, what changed: the same failure again is no news.
  private func note(_ renewal: Books.Renewal, _ due: RenewalDue, _ ledger: LedgerWriter) throws {
    guard renewal.state != due.earlier?.state || renewal.code != due.earlier?.code else { return }
    try ledger.books.note(
      Books.AuditEntry(
        "renewal_\(renewal.state.rawValue)", place: due.asset.origin,
        detail: [
          "asset": JSON(renewal.asset.text), "wallet": JSON(renewal.wallet.text),
          "from": JSON(LedgerTime(microseconds: renewal.start).wire),
          "amount": renewal.amount.map { JSON($0) } ?? .null,
          "code": JSON(renewal.code?.rawValue),
        ]), at: ledger.now)
  }
}

/// A renewal that is to be posted: everything that can be refused was looked at, and nothing written.
private struct RenewalPlan {
  private let due: RenewalDue
  private let wallet: EntityID
  private let place: Books.Place
  private let payment: (asset: Books.Asset, authority: Authority)?
  /// Under what it is renewed, also where it costs nothing.
  private let authority: Authority

  init(_ due: RenewalDue, of wallet: EntityID, ledger: LedgerWriter) throws {
    let books = ledger.books
    guard let origin = due.asset.origin, let place = try books.place(origin), !place.isDisabled,
      try books.accepts(due.asset, at: place)
    else { throw Refusal(.assetNotAccepted, "This membership is not offered any more.") }
    try books.checkNothingIsOwed(by: wallet)
    let money = try due.terms.priceAsset.flatMap { try books.asset($0) }
    if let money {
      guard try books.accepts(money, at: place) else { throw Refusal(.assetNotAccepted) }
      try ledger.checkRoom(for: money, at: place, amount: due.terms.price)
    }
    authority = try ledger.authority(
      over: Debiting(
        card: nil, wallet: wallet, place: place, assets: [due.asset.uuid] + (money.map { [$0.uuid] } ?? []),
        amount: due.terms.price, at: ledger.now, delegation: nil, purpose: .subscription))
    if let money, due.terms.price > 0 {
      guard try books.balance(of: money.uuid, in: wallet) ?? 0 >= due.terms.price else {
        throw Refusal(.insufficientFunds)
      }
      payment = (money, authority)
    } else {
      payment = nil
    }
    self.due = due
    self.wallet = wallet
    self.place = place
  }

  func post(into renewal: inout Books.Renewal, _ ledger: LedgerWriter) throws {
    let amount = Amount(minorUnits: due.terms.price)
    let metadata: JSON = [
      "renewal": [
        "membership": JSON(due.asset.uuid.text), "from": JSON(LedgerTime(microseconds: due.start).wire),
        "delegation": [
          "purpose": JSON(Delegation.Purpose.subscription.rawValue), "id": JSON(authority.delegation.text),
        ],
      ]
    ]
    if let payment {
      renewal.payment = try ledger.post(
        Posting(
          action: .sale, sender: wallet, receiver: place.wallet, terms: payment.asset.terms, amount: amount),
        PostingDetails(comment: Self.comment, metadata: metadata, authority: payment.authority)
      ).entry.id
    }
    renewal.membership = try ledger.post(
      Posting(
        action: .membership, sender: place.wallet, receiver: wallet, terms: due.asset.terms,
        amount: payment == nil ? .zero : amount),
      PostingDetails(
        comment: Self.comment, metadata: metadata, subscriptionStart: LedgerTime(microseconds: due.start))
    ).entry.id
    try ledger.count(authority)
    renewal.delegation = authority.delegation
    renewal.amount = payment == nil ? 0 : amount.minorUnits
  }

  /// How a renewal is named in the chain.
  private static let comment = "Renewal"
}
