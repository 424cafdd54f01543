import FedowProtocol
import Model
import Transport

/// What a kiosk has sent, and what it was told of single cards, by the answers that reached it.
struct Correspondence {
  /// A card as the ledger told it.
  struct Reading {
    let askedAt: Int64
    /// When the answer arrived.
    let at: Int64
    /// What is on it by asset, in minor units.
    let balances: [String: Int64]
    let isBlocked: Bool
    /// What may be taken under each delegation.
    let rooms: [String: Room]

    /// All that is on it of money that is taken here.
    var money: Int64 { balances.values.reduce(0, +) }
  }

  /// What a delegation lets be taken, as the ledger told it, in minor units.
  struct Room {
    let perTap: Int64
    /// What is left of it in all, and on that day.
    let left: Int64
    let leftToday: Int64
    /// In microseconds since 1970.
    let until: Int64?
  }

  /// The ids of debits that were sent, and those of them that a 4xx was answered to.
  private(set) var sent: Set<String> = []
  private(set) var turnedDown: Set<String> = []
  /// The last debit that was sent, with its signature.
  private(set) var lastDebit: HTTPRequest?
  /// By tag: the last that the kiosk has surely written down, and what came after.
  private(set) var readings: [String: [Reading]] = [:]
  /// The wallets that each card was ever told to open, by tag.
  private(set) var wallets: [String: Set<String>] = [:]

  private static func debit(_ request: HTTPRequest) -> String? {
    guard request.method == "POST", request.url.hasSuffix("/v1/debits/") else { return nil }
    return request.body.flatMap { try? JSON.parse($0) }?["id"]?.text
  }

  mutating func sends(_ request: HTTPRequest) {
    guard let id = Self.debit(request) else { return }
    sent.insert(id)
    lastDebit = request
  }

  mutating func took(_ answer: HTTPResponse, to request: HTTPRequest, askedAt: Int64, at now: Int64) {
    if (400..<500).contains(answer.status), let id = Self.debit(request) { turnedDown.insert(id) }
    guard request.method == "GET", request.url.contains("/v1/cards/"), answer.status == 200,
      let card = try? JSON.parse(answer.body), let tag = card["tag"]?.text
    else { return }
    let delegations = (card["delegations"]?.elements ?? []).compactMap { delegation in
      delegation["id"]?.text.map { id in
        let left = (delegation["total"]?.int64).map { $0 - (delegation["used_total"]?.int64 ?? 0) }
        let leftToday = (delegation["per_day"]?.int64).map { $0 - (delegation["used_today"]?.int64 ?? 0) }
        let until = delegation["until"]?.text.flatMap { LedgerTime.parse($0) }?.microseconds
        return (
          id,
          Room(
            perTap: delegation["per_tap"]?.int64 ?? .max, left: left ?? .max, leftToday: leftToday ?? .max, until: until
          )
        )
      }
    }
    if let wallet = card["wallet"]?.text { wallets[tag, default: []].insert(wallet) }
    let balances = (card["holdings"]?.elements ?? []).map {
      ($0["asset"]?.text ?? "", $0["balance"]?.int64 ?? 0)
    }
    readings[tag, default: []].append(
      Reading(
        askedAt: askedAt, at: now, balances: Dictionary(balances, uniquingKeysWith: +),
        isBlocked: card["state"]?.text == "blocked", rooms: Dictionary(delegations) { $1 }))
  }

  /// The kiosk has decided about the card by what it was told last.
  mutating func wroteDown(_ tag: String) {
    if let last = readings[tag]?.last { readings[tag] = [last] }
  }
}
