import FedowProtocol
import Kiosk
import Model
import Transport

/// tapd's local API as the commands use it.
struct KioskClient {
  private let baseURL: String
  private let connection: HTTPConnection

  init(baseURL: String) {
    self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    // Longer than the ledger's time-outs that tapd itself waits for.
    connection = HTTPConnection(
      label: "tapctl", limits: HTTPLimits(connectMilliseconds: 1000, totalMilliseconds: 130_000))
  }

  func get(_ path: String) async throws(Refusal) -> JSON { try await call("GET", path, body: nil) }

  func post(_ path: String, _ body: JSON) async throws(Refusal) -> JSON { try await call("POST", path, body: body) }

  func delete(_ path: String) async throws(Refusal) -> JSON { try await call("DELETE", path, body: nil) }

  /// The kiosk's events from now on: first `.opened`, then each event, until the daemon ends the stream.
  func events() -> AsyncThrowingStream<KioskMessage, any Error> {
    let request = HTTPRequest(method: "GET", url: baseURL + "/v1/events")
    let stream = HTTPConnection(
      label: "tapctl.events", limits: HTTPLimits(connectMilliseconds: 1000, totalMilliseconds: 0))
    return AsyncThrowingStream { continuation in
      let reading = Task {
        let parser = EventParser()
        do {
          _ = try await stream.stream(request) { bytes in
            for message in parser.take(bytes) {
              if case .terminated = continuation.yield(message) { return false }
            }
            return true
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: Refusal(.daemonUnreachable))
        }
      }
      continuation.onTermination = { _ in reading.cancel() }
    }
  }

  private func call(_ method: String, _ path: String, body: JSON?) async throws(Refusal) -> JSON {
    let request = HTTPRequest(
      method: method, url: baseURL + path, headers: ["Content-Type: application/json"],
      body: body.map { Array($0.compact.utf8) }, isRepeatable: body == nil)
    let answer: HTTPResponse
    do {
      answer = try await connection.send(request)
    } catch {
      throw Refusal(.daemonUnreachable)
    }
    guard let json = try? JSON.parse(answer.body) else {
      throw Refusal(.daemonUnreachable, "What answers at \(baseURL) is not tapd (HTTP \(answer.status)).")
    }
    guard (200...299).contains(answer.status) else {
      let code = json["code"]?.text.flatMap { Refusal.Code(rawValue: $0) } ?? .requestMalformed
      throw Refusal(code, json["sentence"]?.text)
    }
    return json
  }
}
