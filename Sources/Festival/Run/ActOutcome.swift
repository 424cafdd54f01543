import FedowProtocol
import Model
import Transport

/// What a till was told of an act.
enum ActOutcome: Sendable {
  /// Done; so many minor units moved, of which a loss has none.
  case done(amount: Int64)
  /// The ledger said no, by this code.
  case refused(String)
  /// No answer, or none that says: it may have been done.
  case uncertain(String)
  /// Nothing of it left this machine.
  case notSent(String)

  /// Reads an answer.
  init(_ act: PlannedAct, answer: HTTPResponse, asset: EntityID) {
    let json = try? JSON.parse(answer.body)
    switch answer.status {
    case 200, 201, 205: self = Self.done(act, json, asset: asset)
    case 400..<500: self = .refused(Self.code(json) ?? "http_\(answer.status)")
    default: self = .uncertain("http_\(answer.status)")
    }
  }

  /// Reads a failure of the network.
  init(_ failure: TransportFailure) {
    switch failure {
    case .notSent: self = .notSent("not_sent")
    case .uncertain: self = .uncertain("no_answer")
    }
  }

  /// The word under which it is counted; nil when all went well.
  var code: String? {
    switch self {
    case .done: nil
    case .refused(let code), .uncertain(let code), .notSent(let code): code
    }
  }

  /// A receipt counts by what it says was moved, and one that cannot be read is none.
  private static func done(_ act: PlannedAct, _ json: JSON?, asset: EntityID) -> ActOutcome {
    switch act.act {
    case .loss: return .done(amount: 0)
    case .refund:
      guard let transactions = json?["serialized_transactions"]?.elements else { return .uncertain("no_receipt") }
      return .done(amount: sum(transactions, of: asset))
    case .sale, .refill, .find:
      if let amount = json?["amount"]?.int64 { return .done(amount: amount) }
      guard let transactions = json?["transactions"]?.elements else { return .uncertain("no_receipt") }
      return .done(amount: sum(transactions, of: asset))
    }
  }

  private static func sum(_ transactions: [JSON], of asset: EntityID) -> Int64 {
    transactions.filter { $0["asset"]?.text == asset.text }.reduce(0) { $0 + ($1["amount"]?.int64 ?? 0) }
  }

  /// `code` of this ledger; the sentence of one that has no codes.
  private static func code(_ json: JSON?) -> String? {
    json?["code"]?.text ?? json?["non_field_errors"]?.elements?.first?.text
      ?? json?.object?.entries.first.map { "field \($0.key.string ?? "?")" }
  }
}

/// What became of an act, and when.
struct ActRecord: Sendable {
  let act: PlannedAct
  let outcome: ActOutcome
  /// When it left, from the evening's begin.
  let sent: Duration
  /// When its answer was whole.
  let answered: Duration

  /// From when it should have left: what a guest waited for a till that was still busy counts (coordinated omission).
  var latency: Duration { answered - act.due }
}
