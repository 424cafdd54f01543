import Model

/// Where a charge stands. The words are the local API's.
public enum ChargeState: Hashable, Sendable {
  /// Open: the next tap pays it.
  case waiting
  /// A card was tapped and its money is being looked at; nothing can be debited yet.
  case deciding
  /// The debit is durable here and on its way.
  case sent
  /// Cards pay a part, and this much is missing, in minor units: the next tap, or another means, pays it.
  case partlyPaid(missing: Amount)
  /// Done.
  case paid(Receipt)
  /// Done without the ledger, which does not answer; posted when it is back.
  case paidOffline
  /// Not done, and will not be.
  case refused(Refusal)
  /// Nobody tapped in time.
  case expired
  /// The cashier took it back.
  case cancelled
  /// The debit was sent and no answer came; it is being asked for.
  case unknown(Refusal)
  /// What was paid is being given back.
  case voiding
  /// It was paid, and all of it was given back.
  case voided

  /// The word.
  public var word: String {
    switch self {
    case .waiting: "waiting"
    case .deciding: "deciding"
    case .sent: "sent"
    case .partlyPaid: "partly_paid"
    case .paid: "paid"
    case .paidOffline: "paid_offline"
    case .refused: "refused"
    case .expired: "expired"
    case .cancelled: "cancelled"
    case .unknown: "unknown"
    case .voiding: "voiding"
    case .voided: "voided"
    }
  }

  /// Whether the kiosk's one place for a charge is taken by it.
  public var isOpen: Bool {
    switch self {
    case .waiting, .deciding, .sent, .partlyPaid: true
    case .paid, .paidOffline, .refused, .expired, .cancelled, .unknown, .voiding, .voided: false
    }
  }

  /// Why it was refused or expired, or is unknown.
  public var refusal: Refusal? {
    switch self {
    case .refused(let refusal), .unknown(let refusal): refusal
    case .expired: Refusal(.chargeExpired)
    default: nil
    }
  }

  /// What the ledger posted.
  public var receipt: Receipt? { if case .paid(let receipt) = self { receipt } else { nil } }
}
