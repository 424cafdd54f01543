import Model

/// What a kiosk may do while the ledger does not answer.
public struct OfflinePolicy: Hashable, Sendable {
  /// Whether anything.
  public let isAllowed: Bool
  /// The most that one card may have outstanding here, in minor units.
  public let perCard: Amount
  /// The most that this kiosk may have outstanding, in minor units.
  public let perDevice: Amount
  /// How long after the last contact.
  public let longest: Duration
  /// How old the hotlist may be; nil where the ledger has none.
  public let hotlistLongest: Duration?

  /// A policy.
  public init(isAllowed: Bool, perCard: Amount, perDevice: Amount, longest: Duration, hotlistLongest: Duration?) {
    self.isAllowed = isAllowed
    self.perCard = perCard
    self.perDevice = perDevice
    self.longest = longest
    self.hotlistLongest = hotlistLongest
  }

  /// Nothing while the ledger does not answer.
  public static let off = OfflinePolicy(
    isAllowed: false, perCard: .zero, perDevice: .zero, longest: .zero, hotlistLongest: nil)

  /// The stricter of both in everything: a kiosk may forbid more than its ledger, never less.
  public func tightened(by other: OfflinePolicy) -> OfflinePolicy {
    OfflinePolicy(
      isAllowed: isAllowed && other.isAllowed, perCard: min(perCard, other.perCard),
      perDevice: min(perDevice, other.perDevice), longest: min(longest, other.longest),
      hotlistLongest: [hotlistLongest, other.hotlistLongest].compactMap(\.self).min())
  }
}

/// How it stands with the ledger at the moment of a tap.
public enum LedgerContact: Hashable, Sendable {
  /// It answers.
  case online
  /// It does not.
  case offline(OfflineSituation)
}

/// What bears on a decision that is made without the ledger.
public struct OfflineSituation: Hashable, Sendable {
  /// What is allowed.
  public let policy: OfflinePolicy
  /// Since when the ledger was not heard; nil when never, or when the clock stepped back behind it.
  public let sinceContact: Duration?
  /// How old the hotlist is; nil when there is none.
  public let hotlistAge: Duration?
  /// What this card has outstanding here, in minor units.
  public let spentByCard: Amount
  /// What all cards have outstanding here, in minor units.
  public let spentByDevice: Amount
  /// Whether the outbox takes another row.
  public let hasRoom: Bool

  /// A situation.
  public init(
    policy: OfflinePolicy, sinceContact: Duration?, hotlistAge: Duration?, spentByCard: Amount, spentByDevice: Amount,
    hasRoom: Bool
  ) {
    self.policy = policy
    self.sinceContact = sinceContact
    self.hotlistAge = hotlistAge
    self.spentByCard = spentByCard
    self.spentByDevice = spentByDevice
    self.hasRoom = hasRoom
  }

  /// Why no card at all may pay now; nil when one may.
  var refusal: Refusal? {
    guard policy.isAllowed else { return Refusal(.ledgerUnreachable) }
    guard let sinceContact, sinceContact >= .zero, sinceContact <= policy.longest else {
      return Refusal(.offlineLimit, "The ledger has not been heard for longer than this place allows.")
    }
    guard hasRoom else { return Refusal(.offlineLimit, "Too many debits wait to be sent to the ledger.") }
    if let longest = policy.hotlistLongest {
      guard let hotlistAge, hotlistAge >= .zero, hotlistAge <= longest else { return Refusal(.staleHotlist) }
    }
    return nil
  }

  /// What one debit may take now.
  var limits: [DebitLimit] {
    [(policy.perCard, spentByCard), (policy.perDevice, spentByDevice)].map { limit, spent in
      DebitLimit(room: max(.zero, limit.subtracting(spent) ?? .zero), code: .offlineLimit)
    }
  }
}
