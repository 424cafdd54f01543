import FedowProtocol
import GRDB
import Model
import Stripe

/// The rows of events, so that each is processed once and none is lost.
extension Books {
  /// An event that waits or was processed.
  struct StripeEventRow {
    let event: StripeEvent
    let attempts: Int64
    let isProcessed: Bool
    let outcome: String?
  }

  private func event(_ row: Row) throws -> StripeEventRow {
    let body: String = row["body"]
    guard let event = StripeEvent(try JSON.parse(body)) else {
      throw Refusal(.ledgerBroken, "The stored event \(row["id"] as String) is none.")
    }
    return StripeEventRow(
      event: event, attempts: row["attempts"], isProcessed: row["processed_at"] != nil, outcome: row["outcome"])
  }

  func stripeEvent(_ id: String) throws -> StripeEventRow? {
    try row("SELECT * FROM stripe_events WHERE id = ?", [id]).map(event)
  }

  func insert(_ event: StripeEvent, at now: LedgerTime) throws {
    try executeRemembered(
      "INSERT INTO stripe_events (id, type, body, received_at, next_at) VALUES (?, ?, ?, ?4, ?4)",
      [event.id, event.type, event.reduced.compact, now.microseconds])
  }

  /// Ids of events that wait and whose time has come, at most so many.
  func dueStripeEvents(at now: LedgerTime, limit: Int) throws -> [String] {
    try rows(
      "SELECT id FROM stripe_events WHERE processed_at IS NULL AND next_at <= ? ORDER BY next_at, id LIMIT ?",
      [now.microseconds, limit]
    ).map { $0["id"] }
  }

  /// How many events wait to be processed.
  public func waitingStripeEvents() throws -> Int64 {
    try row("SELECT count(*) AS waiting FROM stripe_events WHERE processed_at IS NULL")?["waiting"] ?? 0
  }

  func end(stripeEvent id: String, _ outcome: String, at now: LedgerTime) throws {
    try executeRemembered(
      "UPDATE stripe_events SET processed_at = ?, outcome = ?, next_at = NULL, error = NULL WHERE id = ?",
      [now.microseconds, outcome, id])
  }

  func postpone(stripeEvent id: String, until: LedgerTime, because error: String) throws {
    try executeRemembered(
      "UPDATE stripe_events SET attempts = attempts + 1, next_at = ?, error = ? WHERE id = ? AND processed_at IS NULL",
      [until.microseconds, error, id])
  }
}
