import FedowProtocol
import Model

/// Whether a card may act for a place: an operator's card is bound to it, not locked, not expired and not lost.
extension LedgerWriter {
  func isOperator(_ card: Books.Card, at place: Books.Place) throws -> Bool {
    try !card.isBlocked && books.isPrimary(card: card.uuid, at: place.uuid, now: now)
  }

  /// The operator's card of this tag id; nil when none was presented.
  /// - Throws: `Refusal` with the reason why it may not act.
  func operatorCard(tag: String?, at place: Books.Place) throws -> EntityID? {
    guard let tag else { return nil }
    guard let card = try books.card(tag: tag), let link = try books.operatorLink(card: card.uuid, at: place.uuid)
    else { throw Refusal(.primaryCardInvalid) }
    guard !card.isBlocked else { throw Refusal(.cardBlocked, "This operator's card is blocked.") }
    guard !link.isLocked else { throw Refusal(.operatorCardLocked) }
    guard link.isUsable(at: now) else { throw Refusal(.operatorCardExpired) }
    return card.uuid
  }
}

extension LedgerTime {
  /// So many seconds later, or the last or first instant that can be counted.
  func adding(seconds: Int64) -> LedgerTime {
    let (span, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let (sum, isTooFar) = microseconds.addingReportingOverflow(span)
    return LedgerTime(microseconds: isTooLong || isTooFar ? (seconds < 0 ? .min : .max) : sum)
  }
}
