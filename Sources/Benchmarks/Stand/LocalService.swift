import FedowProtocol
import Kiosk
import Transport

/// A daemon's HTTP face on this machine, over one kept connection.
struct LocalService {
  private let baseURL: String
  private let connection: HTTPConnection

  init(port: Int) {
    baseURL = "http://127.0.0.1:\(port)"
    connection = HTTPConnection(
      label: "benchmarks.\(port)", limits: HTTPLimits(connectMilliseconds: 1000, totalMilliseconds: 10_000))
  }

  func get(_ path: String) async throws -> JSON { try await call("GET", path, body: nil) }

  func post(_ path: String, _ body: JSON) async throws -> JSON { try await call("POST", path, body: body) }

  /// Waits until it answers.
  func waitUntilReady(_ path: String) async throws {
    // 2 ms apart: fine enough for the start to be measured with it.
    for _ in 0..<5000 {
      if (try? await get(path)) != nil { return }
      try await Task.sleep(for: .milliseconds(2))
    }
    throw BenchError("\(baseURL)\(path) does not answer")
  }

  private func call(_ method: String, _ path: String, body: JSON?) async throws -> JSON {
    let request = HTTPRequest(
      method: method, url: baseURL + path, headers: ["Content-Type: application/json"],
      body: body.map { Array($0.compact.utf8) }, isRepeatable: body == nil)
    let answer = try await connection.send(request)
    guard (200...299).contains(answer.status) else {
      throw BenchError("\(method) \(path): HTTP \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
    }
    return try JSON.parse(answer.body)
  }
}
