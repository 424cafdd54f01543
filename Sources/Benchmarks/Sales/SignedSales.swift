import FedowProtocol
import Foundation

/// Requests of HTTP that wait to be sent: signed beforehand, because a till's work is not the ledger's.
struct SignedSales: Sendable {
  /// Each a whole request, head and body.
  let requests: [[UInt8]]

  /// Signs so many sales on all cores.
  init(_ ledger: SalesLedger, from first: Int, count: Int) async throws {
    let workers = ProcessInfo.processInfo.activeProcessorCount
    requests = try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
      for worker in 0..<workers {
        group.addTask {
          try stride(from: first + worker, to: first + count, by: workers).map {
            try Self.request(ledger.sale($0), credentials: ledger.credentials)
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }

  private static func request(_ body: JSON, credentials: PlaceCredentials) throws -> [UInt8] {
    let bytes = Array(body.compact.utf8)
    var head = "POST /transaction/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    for (name, value) in try credentials.headersForPost(body: body) { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(bytes.count)\r\n\r\n"
    return Array(head.utf8) + bytes
  }
}
