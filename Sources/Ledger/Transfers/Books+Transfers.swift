import FedowProtocol
import GRDB
import Model
import Signing

/// The rows of transfers between people. The writer remembers none of them, so writing them makes it forget nothing.
extension Books {
  /// What became of a transfer's id, for ever the same.
  struct Transfer: Hashable {
    let sender: EntityID
    let id: EntityID
    /// SHA-256 of the request, which a repetition must have in common with the first.
    let content: String
    /// The request as it was signed, and the signature.
    let request: String
    let signature: String
    let receiver: EntityID?
    let asset: EntityID
    let amount: Int64
    /// The code of a refusal.
    let code: String?
    let answer: Answer
    /// What was posted; nil when it was refused.
    let transaction: EntityID?
    let count: Count?
    let createdAt: LedgerTime

    /// What was counted with it, and under which limits.
    struct Count: Hashable {
      let day: Int64
      let timeZone: String
      let use: Delegation.Use
      let limits: Delegation.Limits
    }

    init(
      _ request: TransferRequest, from sender: EntityID, answer: Answer,
      posted: (transaction: EntityID, decision: TransferDecision)? = nil, code: Refusal.Code? = nil, at now: LedgerTime
    ) {
      self.sender = sender
      id = request.id
      content = request.content
      self.request = request.text
      signature = request.signature
      receiver = posted?.decision.receiver
      asset = request.asset
      amount = request.amount.minorUnits
      self.code = code?.rawValue
      self.answer = answer
      transaction = posted?.transaction
      count = posted.map {
        Count(day: $0.decision.day, timeZone: $0.decision.timeZone, use: $0.decision.use, limits: $0.decision.limits)
      }
      createdAt = now
    }

    init(_ row: Row) throws {
      sender = try row.id("sender")
      id = try row.id("id")
      content = row["content"]
      request = row["request"]
      signature = row["signature"]
      receiver = try row.optionalID("receiver")
      asset = try row.id("asset")
      amount = row["amount"]
      code = row["code"]
      answer = Answer(status: row["status"], body: row["body"])
      transaction = try row.optionalID("posted")
      createdAt = LedgerTime(microseconds: row["created_at"])
      let (day, zone, today, total): (Int64?, String?, Int64?, Int64?) = (
        row["day"], row["time_zone"], row["used_today"], row["used_total"]
      )
      guard let day, let zone, let today, let total else {
        count = nil
        return
      }
      count = Count(
        day: day, timeZone: zone, use: Delegation.Use(today: today, total: total),
        limits: Delegation.Limits(perTap: row["per_transfer"], perDay: row["per_day"], total: row["total"]))
    }
  }

  func transfer(_ id: EntityID, of sender: EntityID) throws -> Transfer? {
    try row("SELECT * FROM transfers WHERE sender = ? AND id = ?", [sender.text, id.text]).map(Transfer.init)
  }

  func transfer(posted transaction: EntityID) throws -> Transfer? {
    try row("SELECT * FROM transfers WHERE posted = ?", [transaction.text]).map(Transfer.init)
  }

  /// What a person gave and got, newest first, each with its number.
  func transfers(of wallet: EntityID, before number: Int64, limit: Int) throws -> [(number: Int64, Transfer)] {
    try rows(
      """
      SELECT * FROM transfers WHERE number < ?2 AND posted IS NOT NULL AND (sender = ?1 OR receiver = ?1)
      ORDER BY number DESC LIMIT ?3
      """, [wallet.text, number, limit]
    ).map { ($0["number"], try Transfer($0)) }
  }

  func insert(_ transfer: Transfer) throws {
    let (count, limits) = (transfer.count, transfer.count?.limits)
    try executeRemembered(
      """
      INSERT INTO transfers (sender, id, content, request, signature, state, receiver, asset, amount, code, status, body,
        posted, day, time_zone, used_today, used_total, per_transfer, per_day, total, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        transfer.sender.text, transfer.id.text, transfer.content, transfer.request, transfer.signature,
        transfer.transaction == nil ? "refused" : "posted", transfer.receiver?.text, transfer.asset.text,
        transfer.amount, transfer.code, transfer.answer.status, transfer.answer.body, transfer.transaction?.text,
        count?.day, count?.timeZone, count?.use.today, count?.use.total, limits?.perTap, limits?.perDay, limits?.total,
        transfer.createdAt.microseconds,
      ])
  }

  /// What a person has given, in a local day and ever: each transfer says it, so the largest is it.
  func transferUse(of sender: EntityID, day: Int64) throws -> Delegation.Use {
    let found = try row(
      """
      SELECT (SELECT max(used_today) FROM transfers WHERE sender = ?1 AND day = ?2) AS today,
        (SELECT used_total FROM transfers WHERE sender = ?1 AND posted IS NOT NULL ORDER BY number DESC LIMIT 1) AS total
      """, [sender.text, day])
    return Delegation.Use(today: found?["today"] ?? 0, total: found?["total"] ?? 0)
  }

  private static let day: Int64 = 86_400_000_000

  /// How many receivers a sender named in vain in this day of UTC.
  func guesses(of sender: EntityID, at now: LedgerTime) throws -> Int64 {
    try row(
      "SELECT count FROM transfer_guesses WHERE wallet = ? AND day = ?", [sender.text, now.microseconds / Self.day])?[0]
      ?? 0
  }

  func addGuess(by sender: EntityID, at now: LedgerTime) throws {
    try executeRemembered(
      """
      INSERT INTO transfer_guesses (wallet, day, count) VALUES (?, ?, 1)
      ON CONFLICT (wallet, day) DO UPDATE SET count = count + 1
      """, [sender.text, now.microseconds / Self.day])
  }
}
