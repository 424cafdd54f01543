import Model

/// Where a charge stands. The words are the local API's.
public enum ChargeState: Hashable, Sendable {
  /// Open: the next tap pays it.
  case waiting
  /// A card was tapped and its money is being looked at; nothing can be debited yet.
  case deciding
  /// The debit is durable here and on its way.
  case sent
  /// Done.
  case paid(Receipt)
  /// Not done, and will not be.
  case refused(Refusal)
  /// Nobody tapped in time.
  case expired
  /// The cashier took it back.
  case cancelled
  /// The debit was sent and no answer came; it is being asked for.
  case unknown(Refusal)

  /// The word.
  public var word: String {
    switch self {
    case .waiting: "waiting"
    case .deciding: "deciding"
    case .sent: "sent"
    case .paid: "paid"
    case .refused: "refused"
    case .expired: "expired"
    case .cancelled: "cancelled"
    case .unknown: "unknown"
    }
  }

  /// Whether the kiosk's one place for a charge is taken by it.
  public var isOpen: Bool {
    switch self {
    case .waiting, .deciding, .sent: true
    case .paid, .refused, .expired, .cancelled, .unknown: false
    }
  }

  /// Why it was refused or is unknown.
  public var refusal: Refusal? {
    switch self {
    case .refused(let refusal), .unknown(let refusal): refusal
    case .waiting, .deciding, .sent, .paid, .expired, .cancelled: nil
    }
  }

  /// What the ledger posted.
  public var receipt: Receipt? { if case .paid(let receipt) = self { receipt } else { nil } }
}
