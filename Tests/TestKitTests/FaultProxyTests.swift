import Foundation
import Synchronization
import TestKit
import Testing
import Transport

/// Each fault of the network, seen from both ends.
@Suite("The network that is not to be trusted")
struct FaultProxyTests {
  /// What a client sees of a fault, and how often the server saw the request.
  @Test(
    "does to a request what its plan says",
    arguments: [
      (NetworkFault.lostRequest, nil, 0), (.swallowedRequest, nil, 0), (.lostAnswer, nil, 1),
      (.swallowedAnswer, nil, 1), (.slowAnswer, 1, 1), (.lateAnswer, nil, 1), (.cutAnswer, nil, 1),
      (.twiceFirst, 1, 2), (.twiceSecond, 1, 2),
    ] as [(NetworkFault, Int?, Int)])
  func faults(fault: NetworkFault, answers: Int?, arrivals: Int) async throws {
    let server = try CountingServer()
    defer { server.close() }
    let plan = FaultPlan(seed: 1, kinds: [fault], slow: .milliseconds(20), late: .milliseconds(600))
    let proxy = try FaultProxy(upstream: server.port, plan: plan)
    defer { proxy.close() }
    let answer = try? await ask(proxy, "one")
    #expect((answer == nil) == (answers == nil), "\(fault)")
    #expect(server.arrivals == Array(repeating: "one", count: arrivals), "\(fault)")
    #expect(proxy.report.faults == [fault: 1])
    proxy.calm()
    #expect(try await ask(proxy, "two") == 200)
  }

  @Test("delivers a late request after its sender has given up")
  func lateRequest() async throws {
    let server = try CountingServer()
    defer { server.close() }
    let proxy = try FaultProxy(
      upstream: server.port, plan: FaultPlan(seed: 1, kinds: [.lateRequest], late: .milliseconds(450)))
    defer { proxy.close() }
    await #expect(throws: TransportFailure.self) { try await ask(proxy, "late") }
    #expect(await server.firstArrival() == "late")
  }

  @Test("refuses connections while it is out of reach, and takes them at the same port afterwards")
  func outage() async throws {
    let server = try CountingServer()
    defer { server.close() }
    let proxy = try FaultProxy(upstream: server.port, plan: FaultPlan(seed: 1) { _ in 0 })
    defer { proxy.close() }
    #expect(try await ask(proxy, "before") == 200)
    try proxy.reachable(false)
    await #expect(throws: TransportFailure.self) { try await ask(proxy, "during") }
    try proxy.reachable(true)
    #expect(try await ask(proxy, "after") == 200)
    #expect(server.arrivals == ["before", "after"])
    #expect(proxy.report.outages == 1)
  }

  @Test("plans the same for the same seed, and another thing for another")
  func seeds() throws {
    func plan(_ seed: UInt64) -> [NetworkFault?] {
      let plan = FaultPlan(seed: seed) { _ in 0.5 }
      return (0..<200).map { plan.fault(of: FaultProxyTests.request, number: $0) }
    }
    #expect(plan(7) == plan(7))
    #expect(plan(7) != plan(8))
    #expect((70...130).contains(plan(7).count { $0 == nil }))
    #expect(Set(plan(7).compactMap { $0 }) == Set(NetworkFault.allCases))
  }

  private static let request = HTTPMessage(method: "GET", path: "/")

  private func ask(_ proxy: FaultProxy, _ word: String) async throws -> Int {
    let limits = HTTPLimits(connectMilliseconds: 300, totalMilliseconds: 300)
    return try await HTTPConnection(label: "test", limits: limits).send(
      HTTPRequest(method: "POST", url: proxy.url + "/", body: Array(word.utf8), isRepeatable: false)
    ).status
  }
}

/// Answers everything with 200, in chunks, and remembers what arrived.
private final class CountingServer: Sendable {
  private let listener: LoopbackListener
  private let bodies = Mutex<[String]>([])
  private let first = AsyncStream<String>.makeStream()

  var port: UInt16 { listener.port }
  var arrivals: [String] { bodies.withLock { $0 } }

  init() throws {
    listener = try LoopbackListener()
    try listener.open { [self] in serve($0) }
  }

  func close() { listener.close() }

  func firstArrival() async -> String? { await first.stream.first { _ in true } }

  private func serve(_ connection: Int32) {
    let stream = HTTPStream(connection)
    while let request = stream.next() {
      let word = String(decoding: request.body, as: UTF8.self)
      bodies.withLock { $0.append(word) }
      first.continuation.yield(word)
      stream.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\n\r\n".utf8)
    }
  }
}
