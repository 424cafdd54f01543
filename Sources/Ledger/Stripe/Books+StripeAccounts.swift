import FedowProtocol
import GRDB
import Model
import Stripe

/// The rows of places' accounts.
extension Books {
  private func account(_ row: Row) throws -> StripePlaceAccount {
    let due: String = row["currently_due"]
    return StripePlaceAccount(
      place: try row.id("place"), account: row["account"],
      kind: StripeClient.AccountType(rawValue: row["kind"]) ?? .express, country: row["country"],
      detailsSubmitted: row["details_submitted"], chargesEnabled: row["charges_enabled"],
      payoutsEnabled: row["payouts_enabled"], transfersActive: row["transfers_active"],
      currentlyDue: try JSON.parse(due).elements?.compactMap(\.text) ?? [], disabledReason: row["disabled_reason"],
      request: try row.id("request"))
  }

  /// The account of a place; nil when it has none.
  public func stripeAccount(of place: EntityID) throws -> StripePlaceAccount? {
    try row("SELECT * FROM stripe_accounts WHERE place = ?", [place.text]).map(account)
  }

  /// All places' accounts.
  public func stripeAccounts() throws -> [StripePlaceAccount] {
    try rows("SELECT * FROM stripe_accounts ORDER BY created_at, place").map(account)
  }

  func insertStripeAccount(
    of place: EntityID, _ kind: StripeClient.AccountType, country: String, request: EntityID, at now: LedgerTime
  ) throws {
    try executeRemembered(
      """
      INSERT INTO stripe_accounts (place, kind, country, request, created_at, updated_at) VALUES (?, ?, ?, ?, ?5, ?5)
      """, [place.text, kind.rawValue, country, request.text, now.microseconds])
  }

  func setStripeAccount(_ account: String, of place: EntityID, at now: LedgerTime) throws {
    try executeRemembered(
      "UPDATE stripe_accounts SET account = ?, updated_at = ? WHERE place = ? AND account IS NULL",
      [account, now.microseconds, place.text])
  }

  /// What Stripe says of an account; what it said earlier comes to nothing, however late it arrives.
  /// - Parameters:
  ///   - toldAt: seconds since 1970.
  ///   - event: what said it; of two of one second the greater counts, so that their order does not. Of an answer and an
  ///     event of one second that counts which comes later: the event tells of what was done after the answer.
  /// - Returns: whether it says anything new.
  func update(_ account: ConnectAccount, toldAt: Int64, by event: String, at now: LedgerTime) throws -> Bool {
    // An account is known by its mark too: its first event may be here before Stripe's answer.
    if let mark = StripeMark(account.metadata, .account, server: try primaryWallet()) {
      try setStripeAccount(account.id, of: mark.subject, at: now)
    }
    try executeRemembered(
      """
      UPDATE stripe_accounts SET details_submitted = ?2, charges_enabled = ?3, payouts_enabled = ?4,
        transfers_active = ?5, currently_due = ?6, disabled_reason = ?7, told_at = ?8, told_by = ?9, updated_at = ?10
      WHERE account = ?1 AND ((told_at, told_by) <= (?8, ?9) OR (told_at = ?8 AND told_by = '~asked'))
      """,
      [
        account.id, account.detailsSubmitted, account.chargesEnabled, account.payoutsEnabled, account.transfersActive,
        JSON.array(account.currentlyDue.map { JSON($0) }).compact, account.disabledReason, toldAt, event,
        now.microseconds,
      ])
    return database.changesCount > 0
  }
}
