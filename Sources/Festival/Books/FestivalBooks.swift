/// What the ledger must hold after an evening, by what it answered: the player's own books, kept from nothing else.
struct FestivalBooks: Sendable {
  private let visitors: [Visitor]
  private let stallWallets: [Int64?]
  /// What each card must have moved, at the least and at the most: they differ by what was never answered.
  private var cards: [ClosedRange<Int64>]
  private var stalls: [ClosedRange<Int64>]
  private var breaks: [String] = []
  private(set) var uncertain = 0

  /// Books that begin with what the ledger shows before the evening.
  init(visitors: [Visitor], stallWallets: [Int64?]) {
    self.visitors = visitors
    self.stallWallets = stallWallets
    cards = [ClosedRange<Int64>](repeating: 0...0, count: visitors.count)
    stalls = [ClosedRange<Int64>](repeating: 0...0, count: stallWallets.count)
  }

  /// Enters what became of each act.
  mutating func enter(_ records: [ActRecord]) {
    var lost: [Int: Duration] = [:]
    for record in records where record.act.act == .loss {
      if case .done = record.outcome { lost[record.act.card] = record.answered }
    }
    for record in records {
      switch record.outcome {
      case .done(let amount): enter(record.act, moved: amount...amount)
      case .uncertain:
        uncertain += 1
        // A refund takes whatever is there, which only the ledger knows.
        enter(record.act, moved: 0...(record.act.act == .refund ? Int64(Int32.max) : record.act.amount))
      case .refused, .notSent: break
      }
      check(record, lost: lost[record.act.card])
    }
  }

  private mutating func enter(_ act: PlannedAct, moved: ClosedRange<Int64>) {
    switch act.act {
    case .sale, .find:
      cards[act.card] =
        (cards[act.card].lowerBound - moved.upperBound)...(cards[act.card].upperBound - moved.lowerBound)
      stalls[act.stall] =
        (stalls[act.stall].lowerBound + moved.lowerBound)...(stalls[act.stall].upperBound + moved.upperBound)
    case .refill:
      cards[act.card] =
        (cards[act.card].lowerBound + moved.lowerBound)...(cards[act.card].upperBound + moved.upperBound)
    case .refund:
      cards[act.card] =
        (cards[act.card].lowerBound - moved.upperBound)...(cards[act.card].upperBound - moved.lowerBound)
    case .loss: break
    }
  }

  /// A receipt says what was asked for, and a card that was reported pays nothing that was sent afterwards.
  private mutating func check(_ record: ActRecord, lost: Duration?) {
    guard case .done(let amount) = record.outcome, [.sale, .refill, .find].contains(record.act.act) else { return }
    let tag = visitors[record.act.card].tag
    if amount != record.act.amount {
      breaks.append("card \(tag): a receipt is over \(amount) where \(record.act.amount) were asked for")
    }
    if let lost, record.act.act != .refill, record.sent > lost {
      breaks.append("card \(tag): paid \(amount) after it was reported as lost")
    }
  }

  /// Holds them against what the ledger shows afterwards.
  func verdict(cards found: [Visitor], stallWallets after: [Int64?]) -> FestivalVerdict {
    var breaks = breaks
    for (index, visitor) in found.enumerated() {
      let moved = visitor.balance - visitors[index].balance
      if !cards[index].contains(moved) {
        breaks.append("card \(visitor.tag): \(Self.text(cards[index])) was answered, \(moved) was moved")
      }
      if visitor.balance < 0 { breaks.append("card \(visitor.tag) holds \(visitor.balance)") }
    }
    var checked = 0
    for (index, held) in after.enumerated() {
      guard let held, let before = stallWallets[index] else { continue }
      checked += 1
      if !stalls[index].contains(held - before) {
        breaks.append("place \(index + 1): \(Self.text(stalls[index])) was answered, \(held - before) was moved")
      }
    }
    return FestivalVerdict(cards: found.count, places: checked, uncertain: uncertain, breaks: breaks)
  }

  private static func text(_ range: ClosedRange<Int64>) -> String {
    range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }
}

/// Whether a ledger holds what it answered.
public struct FestivalVerdict: Hashable, Sendable {
  /// Cards that were read back.
  public let cards: Int
  /// Places whose own wallet was read back; a Fedow stand-in shows none.
  public let places: Int
  /// Acts of which no answer says whether they were done; balances are only held to what they allow.
  public let uncertain: Int
  /// What does not agree, in words, amounts in minor units.
  public let breaks: [String]

  /// Whether everything agrees.
  public var isSound: Bool { breaks.isEmpty }
}
