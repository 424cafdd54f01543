import FedowProtocol
import Model
import Rules

/// What the place lets its kiosks do, as its ledger tells it (`GET /v1/policy/`).
public struct KioskPolicy: Hashable, Sendable {
  /// What is allowed while the ledger does not answer.
  public let offline: OfflinePolicy
  /// How long after a charge its till may take it back.
  public let voidWindow: Duration
  /// What is spent first.
  public let spendOrder: SpendPolicy

  /// A policy.
  public init(offline: OfflinePolicy, voidWindow: Duration = .seconds(600), spendOrder: SpendPolicy = .standard) {
    self.offline = offline
    self.voidWindow = voidWindow
    self.spendOrder = spendOrder
  }

  /// Reads the ledger's answer; nil when it is not a policy.
  public init?(_ json: JSON) {
    guard let offline = json["offline"], let isAllowed = offline["is_allowed"]?.bool,
      let perCard = offline["per_card"]?.int64, let perDevice = offline["per_device"]?.int64,
      let longest = offline["longest_s"]?.int64
    else { return nil }
    let words = json["spend_order"]?.elements?.compactMap { $0.text.flatMap { SpendClass(rawValue: $0) } }
    self.init(
      offline: OfflinePolicy(
        isAllowed: isAllowed, perCard: Amount(minorUnits: perCard), perDevice: Amount(minorUnits: perDevice),
        longest: .seconds(longest), hotlistLongest: json["hotlist_longest_s"]?.int64.map { .seconds($0) }),
      voidWindow: .seconds(json["void_window_s"]?.int64 ?? 600),
      spendOrder: words.map { SpendPolicy(order: $0) } ?? .standard)
  }
}

/// What this kiosk's own configuration says about the same; nil where it says nothing.
public struct OfflineSettings: Hashable, Sendable {
  /// Whether anything is allowed.
  public var isAllowed: Bool?
  /// In minor units.
  public var perCard: Amount?
  /// In minor units.
  public var perDevice: Amount?
  /// Seconds since the last contact.
  public var longestSeconds: Int?
  /// How old the hotlist may be, in seconds.
  public var hotlistLongestSeconds: Int?

  /// Nothing said.
  public init() {}

  /// What is allowed with a ledger that has a policy: the configuration can only forbid more.
  func tighten(_ policy: OfflinePolicy) -> OfflinePolicy {
    policy.tightened(
      by: OfflinePolicy(
        isAllowed: isAllowed ?? true, perCard: perCard ?? policy.perCard, perDevice: perDevice ?? policy.perDevice,
        longest: longestSeconds.map { .seconds($0) } ?? policy.longest,
        hotlistLongest: hotlistLongestSeconds.map { .seconds($0) }))
  }

  /// What is allowed where the configuration is the only source: nothing, unless it names every limit.
  var alone: OfflinePolicy {
    guard isAllowed == true, let perCard, let perDevice, let longestSeconds else { return .off }
    return OfflinePolicy(
      isAllowed: true, perCard: perCard, perDevice: perDevice, longest: .seconds(longestSeconds), hotlistLongest: nil)
  }
}
