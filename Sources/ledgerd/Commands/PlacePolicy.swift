import ArgumentParser
import Console
import FedowProtocol
import Ledger
import Model

/// Shows or changes what a place allows its kiosks.
struct PlacePolicy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Show or change what a place allows its kiosks.",
    discussion: """
      Without options it shows the policy. Kiosks learn a change when they next ask; their own configuration may only
      be stricter. Sums are written like 20.00.
      """)

  /// On or off.
  enum Switch: String, ExpressibleByArgument, CaseIterable { case on, off }

  @Argument(help: "The place's name or uuid.")
  var place: String

  @Option(name: .long, help: "Whether kiosks may debit while the ledger is out of reach: on or off.")
  var offline: Switch?

  @Option(name: .long, help: "The most that one card may spend offline.")
  var offlinePerCard: String?

  @Option(name: .long, help: "The most that one kiosk may take offline.")
  var offlinePerDevice: String?

  @Option(name: .long, help: "For how many seconds after its last contact a kiosk may debit offline.")
  var offlineLongest: Int64?

  @Option(name: .long, help: "How many seconds old the hotlist may be offline.")
  var hotlistLongest: Int64?

  @Option(name: .long, help: "For how many seconds a till may take its last debit back, 31622400 (366 days) at most.")
  var voidWindow: Int64?

  @Option(name: .long, help: "The place's time zone, like Europe/Paris.")
  var timeZone: String?

  @Option(name: .long, help: "In which order money is spent: gift,own_local,federated,other_local in any order.")
  var spendOrder: String?

  @Option(
    name: .long,
    help: "What the place pays back in cash: TLF own local money, TNF own gifts, TIM time, FID points, FED; or none.")
  var refund: String?

  @OptionGroup var options: StoreOptions

  private var isChange: Bool {
    offline != nil || offlinePerCard != nil || offlinePerDevice != nil || offlineLongest != nil || hotlistLongest != nil
      || voidWindow != nil || timeZone != nil || spendOrder != nil || refund != nil
  }

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      guard isChange else {
        let policy = try await administration.policy(place: place)
        return (policy, policy.policyLines)
      }
      let (perCard, perDevice) = (try offlinePerCard.map(Self.amount), try offlinePerDevice.map(Self.amount))
      let refund = try refund.map(Self.categories)
      let command = self
      let policy = try await administration.changePolicy(place: place) { policy in
        if let offline = command.offline { policy.isOfflineAllowed = offline == .on }
        policy.offlinePerCard = perCard ?? policy.offlinePerCard
        policy.offlinePerDevice = perDevice ?? policy.offlinePerDevice
        policy.offlineLongest = command.offlineLongest ?? policy.offlineLongest
        policy.hotlistLongest = command.hotlistLongest ?? policy.hotlistLongest
        policy.voidWindow = command.voidWindow ?? policy.voidWindow
        policy.timeZone = command.timeZone ?? policy.timeZone
        policy.refund = refund ?? policy.refund
        if let order = command.spendOrder { policy.spendOrder = order.split(separator: ",").map { String($0) } }
      }
      return (policy, policy.policyLines)
    }
  }

  static func categories(_ text: String) throws -> Set<AssetCategory> {
    guard text != "none" else { return [] }
    return Set(
      try text.split(separator: ",").map { code in
        guard let category = AssetCategory(rawValue: code.uppercased()) else {
          throw Refusal(.requestMalformed, "'\(code)' is no kind of money. Write it like TLF,TNF or none.")
        }
        return category
      })
  }

  static func amount(_ text: String) throws -> Int64 { try Amount(decimal: text).minorUnits }
}

extension JSON {
  /// A policy for people.
  fileprivate var policyLines: String {
    let offline = self["offline"]
    let sum = { (value: JSON?) in Money.here.text(Amount(minorUnits: value?.int64 ?? 0)) }
    let refund = (self["refund"]?.elements ?? []).compactMap(\.text)
    let span = { (value: JSON?) in "\(value?.int64 ?? 0) s" }
    return """
      offline         \(offline?["is_allowed"]?.bool == true ? "allowed" : "off")
      a card          \(sum(offline?["per_card"]))
      a kiosk         \(sum(offline?["per_device"]))
      for             \(span(offline?["longest_s"])) after the last contact
      hotlist         at most \(span(self["hotlist_longest_s"])) old
      taking back     within \(span(self["void_window_s"]))
      time zone       \(self["time_zone"]?.text ?? "")
      spend order     \((self["spend_order"]?.elements ?? []).compactMap(\.text).joined(separator: ", "))
      pays back       \(refund.isEmpty ? "nothing" : refund.joined(separator: ", "))
      """
  }
}
