/// Something that must never be: the rule that was broken, and how.
public struct Breach: Error, Hashable, Sendable {
  /// The rules that are held at every step, or at the end.
  public enum Rule: String, Sendable, CaseIterable {
    /// The money of an asset is what was made of it less what was paid out.
    case conservation
    /// Nobody owes the ledger.
    case negativeBalance = "negative_balance"
    /// A balance is what its postings come to.
    case balance
    /// One chain an asset, without a gap and without a fork.
    case chain
    /// A tap is debited at most once, as its request says.
    case once
    /// What was debited stands in the outbox of a kiosk.
    case unknownDebit = "unknown_debit"
    /// A charge took in the end what it says that it took.
    case charge
    /// A place's own money is taken before another's.
    case allocation
    /// No place gets more of another's money than it takes.
    case acceptance
    /// No debit without a delegation that allows it.
    case delegation
    /// Nobody is refused for want of money that is there.
    case refusal
    /// No debit of a card after it was blocked.
    case blocked
    /// No debit by a device after it was revoked.
    case device
    /// No debit over a limit of its delegation.
    case limit
    /// Nothing is taken offline over the place's limits.
    case offlineLimit = "offline_limit"
    /// Nothing is taken offline of a card that the kiosk was told is blocked.
    case hotlist
    /// The debits of a card are decided in the order in which they were made.
    case order
    /// A debit that was taken back is given back, once.
    case void
    /// When the faults stop, everything comes to its end.
    case settled
    /// A card is held for goods that are gone, and for nothing else.
    case unsettled
    /// What was answered as done is there, whatever dies.
    case durability
    /// The ledger's own audit finds nothing.
    case audit
    /// A program can be started again after whatever happened.
    case start
    /// Nothing turns in circles.
    case livelock
  }

  /// Which.
  public let rule: Rule
  /// How.
  public let detail: String

  init(_ rule: Rule, _ detail: String) {
    self.rule = rule
    self.detail = detail
  }
}

extension Breach: CustomStringConvertible {
  /// The rule's word and how it was broken.
  public var description: String { "\(rule.rawValue): \(detail)" }
}
