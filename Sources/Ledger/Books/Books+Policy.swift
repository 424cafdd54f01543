import FedowProtocol
import GRDB
import Model
import Rules

extension Books {
  /// What a place allows its kiosks; sums in minor units, spans in seconds.
  public struct Policy: Hashable, Sendable {
    /// Whether kiosks may debit while the ledger is out of reach.
    public var isOfflineAllowed = false
    /// The most a card may owe offline.
    public var offlinePerCard: Int64 = 2_000
    /// The most a device may take offline.
    public var offlinePerDevice: Int64 = 50_000
    /// How long after its last contact a device may debit.
    public var offlineLongest: Int64 = 4 * 3600
    /// How old the hotlist may be offline.
    public var hotlistLongest: Int64 = 3600
    /// How long after its posting a debit may be taken back.
    public var voidWindow: Int64 = 600
    /// The place's days, a name of the IANA database; nil: the server's.
    public var timeZone: String?
    /// In which order a card's money is spent.
    public var spendOrder = Policy.spendClasses

    /// The kinds of money that the place pays back in cash.
    public var refund = RefundRules.byDefault

    /// Everything that an order must name, each once, in the default order.
    public static let spendClasses = ["gift", "own_local", "federated", "other_local"]

    /// The same as they are written, in one order.
    var refundCodes: [String] { AssetCategory.allCases.filter { refund.contains($0) }.map(\.rawValue) }

    /// The default policy.
    public init() {}

    /// The object, as `GET /v1/policy/` answers it.
    public func json(timeZone: String) -> JSON {
      [
        "offline": [
          "is_allowed": .bool(isOfflineAllowed), "per_card": JSON(offlinePerCard), "per_device": JSON(offlinePerDevice),
          "longest_s": JSON(offlineLongest),
        ],
        "hotlist_longest_s": JSON(hotlistLongest), "void_window_s": JSON(voidWindow), "time_zone": JSON(timeZone),
        "spend_order": .array(spendOrder.map { JSON($0) }), "refund": .array(refundCodes.map { JSON($0) }),
      ]
    }
  }

  /// The policy that was set for a place, or the default.
  public func policy(of place: EntityID) throws -> Policy {
    var policy = Policy()
    guard let row = try row("SELECT * FROM place_policies WHERE place = ?", [place.text]) else { return policy }
    policy.isOfflineAllowed = row["offline"]
    policy.offlinePerCard = row["offline_per_card"]
    policy.offlinePerDevice = row["offline_per_device"]
    policy.offlineLongest = row["offline_longest"]
    policy.hotlistLongest = row["hotlist_longest"]
    policy.voidWindow = row["void_window"]
    policy.timeZone = row["time_zone"]
    policy.spendOrder = (row["spend_order"] as String).split(separator: ",").map { String($0) }
    policy.refund = Set(
      (row["refund"] as String).split(separator: ",").compactMap { AssetCategory(rawValue: String($0)) })
    return policy
  }

  func set(_ policy: Policy, of place: EntityID) throws {
    try execute(
      """
      INSERT OR REPLACE INTO place_policies (place, offline, offline_per_card, offline_per_device, offline_longest,
        hotlist_longest, void_window, time_zone, spend_order, refund) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        place.text, policy.isOfflineAllowed, policy.offlinePerCard, policy.offlinePerDevice, policy.offlineLongest,
        policy.hotlistLongest, policy.voidWindow, policy.timeZone, policy.spendOrder.joined(separator: ","),
        policy.refundCodes.joined(separator: ","),
      ])
  }
}
