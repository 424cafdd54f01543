import FedowProtocol
import GRDB
import Model
import Rules

/// What became of renewals. The writer remembers none of it, so writing it makes it forget nothing.
extension Books {
  /// A renewal of one membership for one period: for ever the same once it is posted or given up.
  struct Renewal: Hashable {
    enum State: String, Sendable, CaseIterable { case posted, failing, lapsed }

    /// The person's.
    let wallet: EntityID
    let asset: EntityID
    /// Where the period begins that it is for, which is where the last one ends.
    let start: Int64
    let state: State
    /// Why it was not made.
    let code: Refusal.Code?
    let tries: Int64
    let triedAt: LedgerTime
    /// What it cost, in minor units.
    var amount: Int64?
    var delegation: EntityID?
    var payment: EntityID?
    var membership: EntityID?

    init(
      wallet: EntityID, asset: EntityID, start: Int64, state: State, code: Refusal.Code?, tries: Int64,
      triedAt: LedgerTime
    ) {
      self.wallet = wallet
      self.asset = asset
      self.start = start
      self.state = state
      self.code = code
      self.tries = tries
      self.triedAt = triedAt
    }

    init(_ row: Row) throws {
      guard let state = State(rawValue: row["state"]) else { throw Refusal(.ledgerBroken) }
      self.state = state
      wallet = try row.id("wallet")
      asset = try row.id("asset")
      start = row["start_at"]
      code = (row["code"] as String?).flatMap { Refusal.Code(rawValue: $0) }
      tries = row["tries"]
      triedAt = LedgerTime(microseconds: row["tried_at"])
      amount = row["amount"]
      delegation = try row.optionalID("delegation")
      payment = try row.optionalID("payment")
      membership = try row.optionalID("membership")
    }
  }

  func renewal(of wallet: EntityID, in asset: EntityID, start: Int64) throws -> Renewal? {
    try row(
      "SELECT * FROM renewals WHERE wallet = ? AND asset = ? AND start_at = ?", [wallet.text, asset.text, start]
    ).map(Renewal.init)
  }

  /// The renewals of a person's memberships, newest first.
  func renewals(of wallet: EntityID, limit: Int) throws -> [Renewal] {
    try rows(
      "SELECT * FROM renewals WHERE wallet = ? ORDER BY start_at DESC, number DESC LIMIT ?", [wallet.text, limit]
    ).map(Renewal.init)
  }

  /// The renewals of what an issuer's members have, newest first.
  func renewals(issuedBy wallet: EntityID, limit: Int) throws -> [Renewal] {
    try rows(
      """
      SELECT r.* FROM renewals r JOIN assets a ON a.uuid = r.asset WHERE a.issuer_wallet = ?
      ORDER BY r.number DESC LIMIT ?
      """, [wallet.text, limit]
    ).map(Renewal.init)
  }

  func set(_ renewal: Renewal) throws {
    try executeRemembered(
      """
      INSERT INTO renewals (wallet, asset, start_at, state, code, tries, tried_at, amount, delegation, payment, membership)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (wallet, asset, start_at) DO UPDATE SET state = excluded.state, code = excluded.code,
        tries = excluded.tries, tried_at = excluded.tried_at, amount = excluded.amount, delegation = excluded.delegation,
        payment = excluded.payment, membership = excluded.membership
      """,
      [
        renewal.wallet.text, renewal.asset.text, renewal.start, renewal.state.rawValue, renewal.code?.rawValue,
        renewal.tries, renewal.triedAt.microseconds, renewal.amount, renewal.delegation?.text, renewal.payment?.text,
        renewal.membership?.text,
      ])
  }

  /// A membership that may be due for renewal.
  struct RenewalCandidate: Hashable, Sendable {
    let wallet: EntityID
    let asset: EntityID
  }

  /// The memberships that end about now and whose holders ever let a membership be renewed.
  ///
  /// Those who never did pay by hand, and are nobody's to remind here.
  func renewalCandidates(at now: LedgerTime) throws -> [RenewalCandidate] {
    let grace: Int64? = try row("SELECT max(grace) FROM membership_terms")?[0]
    guard let grace else { return [] }
    // A week more, so that what lapsed while the server did not run is still said to have lapsed.
    let from = now.adding(seconds: -grace - 7 * 86_400)
    return try rows(
      """
      SELECT DISTINCT coalesce(f.wallet, m.wallet) AS wallet, m.asset FROM memberships m
      LEFT JOIN fusions f ON f.joined = m.wallet
      WHERE m.end_at > ? AND m.end_at <= ? AND EXISTS (
        SELECT 1 FROM delegations d WHERE d.wallet = coalesce(f.wallet, m.wallet) AND d.purpose = 'subscription')
      """, [from.microseconds, now.adding(seconds: 86_400).microseconds]
    ).map { RenewalCandidate(wallet: try $0.id("wallet"), asset: try $0.id("asset")) }
  }
}
