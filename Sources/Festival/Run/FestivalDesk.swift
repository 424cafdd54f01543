import FedowProtocol
import Model
import Transport

/// Reads cards and wallets back over HTTP, as the ledger shows them to its places.
struct FestivalDesk: Sendable {
  private static let width = 8

  let festival: Festival
  let patience: Int
  let progress: @Sendable (Int, Int) -> Void

  private var stall: Festival.Stall { festival.stalls[0] }

  private func connection() -> HTTPConnection {
    HTTPConnection(
      label: "festival.desk", limits: HTTPLimits(connectMilliseconds: patience, totalMilliseconds: patience))
  }

  /// `GET /card/{tag}/`.
  func read(_ tag: String) async throws(Refusal) -> JSON { try await read(tag, over: connection()) }

  private func read(_ tag: String, over connection: HTTPConnection) async throws(Refusal) -> JSON {
    let answer: HTTPResponse
    do {
      answer = try await connection.send(stall.get("/card/\(tag)/", at: festival.ledgerURL))
    } catch {
      throw Refusal(.ledgerUnreachable, "The ledger at \(festival.ledgerURL) does not answer: \(error.reason).")
    }
    guard answer.status == 200, let card = try? JSON.parse(answer.body) else {
      throw Refusal(.ledgerRefused, "The ledger does not show card \(tag) to '\(stall.name)': HTTP \(answer.status).")
    }
    return card
  }

  /// Every card with what it holds of the festival's money, in this order.
  func visitors(_ tags: [String]) async throws -> [Visitor] {
    try await withThrowingTaskGroup(of: [(Int, Visitor)].self) { group in
      for worker in 0..<Self.width {
        group.addTask {
          let connection = connection()
          var read: [(Int, Visitor)] = []
          for index in stride(from: worker, to: tags.count, by: Self.width) {
            read.append((index, try await visitor(tags[index], over: connection)))
            if worker == 0 { progress(index, tags.count) }
          }
          return read
        }
      }
      let all = try await group.reduce(into: []) { $0 += $1 }
      return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func visitor(_ tag: String, over connection: HTTPConnection) async throws(Refusal) -> Visitor {
    let card = try await read(tag, over: connection)
    guard let wallet = card["wallet"]?["uuid"]?.text.flatMap({ EntityID($0) }) else {
      throw Refusal(.ledgerRefused, "Card \(tag) has no wallet at this ledger.")
    }
    return Visitor(tag: tag, wallet: wallet, balance: Self.balance(of: festival.asset, in: card["wallet"]))
  }

  /// What each place itself holds; nil where the ledger does not show it.
  func wallets(_ stalls: [Festival.Stall]) async throws -> [Int64?] {
    let connection = connection()
    var held: [Int64?] = []
    for stall in stalls {
      let answer = try? await connection.send(stall.get("/wallet/\(stall.wallet.text)/", at: festival.ledgerURL))
      let wallet = answer.flatMap { $0.status == 200 ? try? JSON.parse($0.body) : nil }
      held.append(wallet.map { Self.balance(of: festival.asset, in: $0) })
    }
    return held
  }

  private static func balance(of asset: EntityID, in wallet: JSON?) -> Int64 {
    let token = wallet?["tokens"]?.elements?.first { token in
      token["asset"]?["uuid"]?.text == asset.text || token["asset"]?.text == asset.text
        || token["asset_uuid"]?.text == asset.text
    }
    return token?["value"]?.int64 ?? 0
  }
}
