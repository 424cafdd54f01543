import Hummingbird
import HummingbirdTesting
import Model
import Synchronization
import TestKit
import Testing

@testable import LedgerHTTP

@Suite("Bounds on the rate of requests")
struct RateBoundTests {
  private let limits = RateLimits(client: 10, stranger: 2, failure: 1, memory: 64)

  /// How many of so many requests in one instant are taken.
  private func taken(_ count: Int, _ bound: inout RateBound, client: Int?, address: Int, now: MonotonicTime) -> Int {
    (0..<count).count { _ in
      if case .refused = bound.admit(client: client, address: address, now: now) { false } else { true }
    }
  }

  @Test("a stranger has its burst, then its rate, and its neighbour its own")
  func stranger() {
    var bound = RateBound(limits)
    var clock = ManualClock()
    #expect(taken(100, &bound, client: nil, address: 1, now: clock.now) == 40)
    #expect(taken(100, &bound, client: 7, address: 1, now: clock.now) == 0)
    #expect(taken(100, &bound, client: nil, address: 2, now: clock.now) == 40)
    clock.advance(.seconds(3))
    #expect(taken(100, &bound, client: nil, address: 1, now: clock.now) == 6)
    #expect(bound.admit(client: nil, address: 1, now: clock.now) == .refused(after: 0.5))
  }

  @Test("who was authenticated is bounded as a client, whatever others do at the same address")
  func client() {
    var bound = RateBound(limits)
    var clock = ManualClock()
    bound.succeed(client: 7, now: clock.now)
    _ = taken(100, &bound, client: nil, address: 1, now: clock.now)
    for _ in 0..<100 { bound.fail(client: 8, address: 1, now: clock.now) }
    #expect(taken(100, &bound, client: 7, address: 1, now: clock.now) == 20)
    clock.advance(.seconds(1))
    #expect(taken(100, &bound, client: 7, address: 1, now: clock.now) == 10)
  }

  @Test("failed authentications shut their address out, also with other keys, until time has passed")
  func failures() {
    var bound = RateBound(limits)
    var clock = ManualClock()
    for _ in 0..<20 { bound.fail(client: nil, address: 1, now: clock.now) }
    #expect(taken(10, &bound, client: 99, address: 1, now: clock.now) == 0)
    #expect(taken(10, &bound, client: 99, address: 2, now: clock.now) == 10)
    clock.advance(.seconds(1))
    #expect(taken(1, &bound, client: 99, address: 1, now: clock.now) == 1)
  }

  @Test("a client whose authentication fails is none any more")
  func demoted() {
    var bound = RateBound(limits)
    let now = ManualClock().now
    bound.succeed(client: 7, now: now)
    #expect(bound.admit(client: 7, address: 1, now: now) == .client)
    bound.fail(client: 7, address: 1, now: now)
    #expect(bound.admit(client: 7, address: 1, now: now) == .stranger)
  }

  @Test("whoever comes, what is remembered stays bounded", arguments: [1, 2, 3] as [UInt64])
  func memory(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var bound = RateBound(limits)
    var clock = ManualClock()
    for _ in 0..<5_000 {
      let (client, address) = (
        Int.random(in: 0..<2_000, using: &generator), Int.random(in: 0..<2_000, using: &generator)
      )
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: _ = bound.admit(client: client, address: address, now: clock.now)
      case 1: bound.succeed(client: client, now: clock.now)
      default: bound.fail(client: client, address: address, now: clock.now)
      }
      if Bool.random(using: &generator) { clock.advance(.milliseconds(5)) }
      #expect(bound.count <= 3 * 64)
    }
  }

  @Test("without limits everything is taken")
  func off() {
    var bound = RateBound(.none)
    let now = ManualClock().now
    bound.succeed(client: 7, now: now)
    for _ in 0..<100 { bound.fail(client: nil, address: 1, now: now) }
    #expect(taken(1000, &bound, client: 7, address: 1, now: now) == 1000)
    #expect(taken(1000, &bound, client: nil, address: 1, now: now) == 1000)
  }

  @Test("over HTTP: 429 with the code and Retry-After, and a made-up key at an open path proves nobody")
  func overHTTP() async throws {
    let stage = try await Stage(rates: RateLimits(client: 100, stranger: 1, failure: 1), clock: { ManualClock().now })
    try await stage.app.test(.router) { client in
      var statuses: [Int] = []
      for number in 0..<21 {
        let response = try await client.execute(
          uri: "/helloworld/", method: .get, headers: [.authorization: "Api-Key made-up-\(number % 2)"])
        statuses.append(response.status.code)
        if response.status == .tooManyRequests {
          #expect(response.headers[.retryAfter] == "1")
          #expect(response.headers[RefusalBody.header] == "rate_limited")
          #expect(String(buffer: response.body).contains(#""code":"rate_limited""#))
        }
      }
      #expect(statuses == Array(repeating: 200, count: 20) + [429])
    }
  }
}
