import FedowProtocol
import Foundation
import Model
import Signing
import Transport

/// An act as it goes on the wire, signed before the evening begins: a till's work is not the ledger's.
struct SignedAct: Sendable {
  let act: PlannedAct
  let request: HTTPRequest
}

extension Programme {
  /// Signs every act, on all cores.
  /// - Parameter progress: is told how many lanes of how many are done.
  func signed(
    for festival: Festival, dialect: FestivalDialect, visitors: [Visitor], progress: @Sendable (Int, Int) -> Void
  ) async throws -> [[SignedAct]] {
    try await withThrowingTaskGroup(of: (Int, [SignedAct]).self) { group in
      var signed = [[SignedAct]](repeating: [], count: lanes.count)
      var next = 0
      var done = 0
      let workers = ProcessInfo.processInfo.activeProcessorCount
      while done < lanes.count {
        while next < lanes.count, next - done < workers {
          let (lane, number) = (lanes[next], next)
          group.addTask {
            (number, try lane.map { try $0.signed(for: festival, dialect: dialect, visitors: visitors) })
          }
          next += 1
        }
        guard let (number, acts) = try await group.next() else { break }
        signed[number] = acts
        done += 1
        progress(done, lanes.count)
      }
      return signed
    }
  }
}

extension PlannedAct {
  func signed(for festival: Festival, dialect: FestivalDialect, visitors: [Visitor]) throws -> SignedAct {
    let stall = festival.stalls[stall]
    // Version 7, like a kiosk's own: ids that come side by side.
    let id = EntityID.random().stamped(milliseconds: LedgerTime.now().microseconds / 1000)
    let (path, body) = dialect.request(self, at: stall, festival: festival, card: visitors[card], id: id)
    return SignedAct(
      act: self,
      request: try stall.post(path, body, at: festival.ledgerURL, isRepeatable: dialect.isRepeatable))
  }
}

extension Festival.Stall {
  /// A signed request of this place.
  func post(_ path: String, _ body: JSON, at url: String, isRepeatable: Bool) throws(SigningError) -> HTTPRequest {
    let headers = try credentials.headersForPost(body: body).map { "\($0.0): \($0.1)" }
    return HTTPRequest(
      method: "POST", url: url + path, headers: ["Content-Type: application/json"] + headers, body: body.compactBytes,
      isRepeatable: isRepeatable)
  }

  /// A signed question of this place.
  func get(_ path: String, at url: String) -> HTTPRequest {
    HTTPRequest(
      method: "GET", url: url + path, headers: credentials.headersForGet().map { "\($0.0): \($0.1)" })
  }
}
