/// A fault that is put into a run on purpose, to see that the simulation finds it.
///
/// Each is played at a seam between the programs and their world, by a wrong disk, network, kiosk or server around the
/// right code; none of them is in the code that is shipped.
public enum PlantedFault: String, Sendable, CaseIterable {
  /// A second writer sets a balance to what it was before the last posting.
  case lostUpdate = "lost-update"
  /// The ledger's disk says it has written and has not.
  case ledgerFsync = "missing-fsync-ledger"
  /// The kiosk's disk says it has written and has not.
  case kioskFsync = "missing-fsync-kiosk"
  /// A debit that is sent again gets a new id.
  case newID = "new-id-on-retry"
  /// The ledger knows no request again.
  case noIdempotency = "no-idempotency"
  /// A time-out is taken for a refusal.
  case timeoutIsRefusal = "timeout-is-refusal"
  /// A debit is answered before it is committed.
  case earlyAnswer = "answer-before-commit"
  /// A delegation's revocation is answered and not made.
  case ignoredRevocation = "ignored-revocation"
  /// A card's blocking is answered and not made.
  case ignoredBlock = "ignored-block"
  /// A revoked device's requests are taken.
  case ignoredDevice = "ignored-device-revocation"
  /// A delegation is granted without its limits.
  case ignoredLimits = "ignored-limits"
  /// A kiosk that starts again does not take up its outbox.
  case forgottenOutbox = "forgotten-outbox"
  /// A kiosk takes more offline than its place allows.
  case offlineOverLimit = "offline-over-limit"
  /// A kiosk does not take over the list of blocked cards.
  case staleHotlist = "stale-hotlist"
  /// A kiosk sends the debits of a card in any order.
  case outOfOrder = "out-of-order"
  /// A void is answered and not made.
  case lostVoid = "lost-void"
  /// A reader reports a card that lies there as presented again.
  case ghostTap = "ghost-tap"
  /// An operator's refill that is sent again is not known again.
  case repeatedRefill = "repeated-refill"
  /// What was used of a delegation's limits is forgotten.
  case forgottenUse = "forgotten-use"

  /// What it is, in a sentence.
  public var sentence: String {
    switch self {
    case .lostUpdate: "A second writer sets a balance to what it was before the last posting."
    case .ledgerFsync: "The ledger's disk says it has written and has not."
    case .kioskFsync: "The kiosk's disk says it has written and has not."
    case .newID: "A debit that is sent again gets a new id."
    case .noIdempotency: "The ledger knows no request again."
    case .timeoutIsRefusal: "A time-out is taken for a refusal."
    case .earlyAnswer: "A debit is answered before it is committed."
    case .ignoredRevocation: "A delegation's revocation is answered and not made."
    case .ignoredBlock: "A card's blocking is answered and not made."
    case .ignoredDevice: "A revoked device's requests are taken."
    case .ignoredLimits: "A delegation is granted without its limits."
    case .forgottenOutbox: "A kiosk that starts again does not take up its outbox."
    case .offlineOverLimit: "A kiosk takes more offline than its place allows."
    case .staleHotlist: "A kiosk does not take over the list of blocked cards."
    case .outOfOrder: "A kiosk sends the debits of a card in any order."
    case .lostVoid: "A void is answered and not made."
    case .ghostTap: "A reader reports a card that lies there as presented again."
    case .repeatedRefill: "An operator's refill that is sent again is not known again."
    case .forgottenUse: "What was used of a delegation's limits is forgotten."
    }
  }
}
