import FedowProtocol
import Model
import Rules
import Synchronization

/// What this kiosk may do now: its place's policy, as last told, under its own configuration.
public final class PolicySource: Sendable {
  private let configuration: KioskConfiguration
  private let told = Mutex<KioskPolicy?>(nil)

  /// A source that has heard of no policy yet: nothing is allowed offline.
  public init(configuration: KioskConfiguration) { self.configuration = configuration }

  /// Takes what the ledger told, or what is remembered of it.
  public func learn(_ policy: KioskPolicy) { told.withLock { $0 = policy } }

  /// What is allowed while the ledger does not answer.
  public var offline: OfflinePolicy {
    switch configuration.dialect {
    case .fedow: configuration.offline.alone
    case .native: configuration.offline.tighten(told.withLock { $0 }?.offline ?? .off)
    }
  }

  /// How long after a charge it may be taken back.
  public var voidWindow: Duration {
    let own = Duration.seconds(configuration.undoWindowSeconds)
    return min(own, told.withLock { $0 }?.voidWindow ?? own)
  }

  /// What is spent first: a point of sale's own order before the place's.
  public var spendOrder: SpendPolicy {
    configuration.spendOrder.map { SpendPolicy(order: $0) } ?? told.withLock { $0 }?.spendOrder ?? .standard
  }

  /// As health shows it.
  public var json: JSON {
    let offline = offline
    return [
      "offline": [
        "is_allowed": .bool(offline.isAllowed), "per_card": JSON(offline.perCard.minorUnits),
        "per_device": JSON(offline.perDevice.minorUnits), "longest_s": JSON(offline.longest.components.seconds),
      ],
      "hotlist_longest_s": offline.hotlistLongest.map { JSON($0.components.seconds) } ?? nil,
      "void_window_s": JSON(voidWindow.components.seconds),
      "spend_order": .array(spendOrder.order.map { JSON($0.rawValue) }),
    ]
  }
}
