import FedowProtocol
import Model

@testable import Ledger

/// What the ledger's clients were told, counted beside it: what came into the world and what left it.
struct FederationTally {
  /// Minor units by asset, as the answers to refills, memberships, refunds and payouts said.
  var supply: [EntityID: Int64] = [:]
  /// What Stripe took for primary tokens, and what it paid out to places.
  var paidIn: Int64 = 0
  var paidOut: Int64 = 0
  /// The most that a place may hold of another's asset: its ceiling, or what it held already when it set that.
  var bounds: [MoneyRules.Holding: Int64] = [:]
  var refusals: [String: Int] = [:]
  var settled = 0

  /// Counts a command that was done.
  mutating func count(_ deed: FederationDeed.Kind, _ answer: Answer) throws {
    switch deed {
    case .issues(let asset, let amount): supply[asset, default: 0] += amount
    case .paysIn(let asset, let amount):
      supply[asset, default: 0] += amount
      paidIn += amount
    case .paysOut(let asset, let amount):
      supply[asset, default: 0] -= amount
      paidOut += amount
    case .refunds(let federated):
      // Federated money goes to the place, which paid cash for it; other money leaves the world.
      for transaction in try JSON.parse(answer.body)["serialized_transactions"]?.elements ?? [] {
        guard let asset = transaction["asset"]?.text.flatMap({ EntityID($0) }), asset != federated
        else { continue }
        supply[asset, default: 0] -= transaction["amount"]?.int64 ?? 0
      }
    case .deposits(let asset):
      guard answer.status == 201 else { return }
      supply[asset, default: 0] -= try JSON.parse(answer.body)["amount"]?.int64 ?? 0
    case .moves: break
    }
  }
}

/// Something that a client asks for, and what it does to the amount of money in the world when it is done.
struct FederationDeed: Sendable {
  enum Kind: Sendable {
    case issues(EntityID, Int64)
    case paysIn(EntityID, Int64)
    case paysOut(EntityID, Int64)
    case refunds(federated: EntityID)
    case deposits(EntityID)
    case moves
  }

  let command: any LedgerCommand
  let kind: Kind

  init(_ command: any LedgerCommand, _ kind: Kind = .moves) {
    self.command = command
    self.kind = kind
  }
}
