import HTTPTypes
import Hummingbird
import Ledger
import Model
import NIOCore
import Synchronization
import TestKit
import Testing

@testable import LedgerHTTP

@Suite("Bounds on a request's body")
struct RequestBodyTests {
  /// A request whose body comes in these pieces, each so long after the one before.
  private func read(_ pieces: [Int], every interval: Duration, announced: Int? = nil) async throws -> Int {
    let clock = Mutex(ManualClock())
    let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
    for piece in pieces { continuation.yield(ByteBuffer(repeating: 0x20, count: piece)) }
    continuation.finish()
    var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/card/")
    if let announced { head.headerFields[.contentLength] = String(announced) }
    let request = Request(head: head, body: RequestBody(asyncSequence: stream))
    return try await request.bytes {
      clock.withLock { clock in
        defer { clock.advance(interval) }
        return clock.now
      }
    }.count
  }

  private func status(_ body: () async throws -> Int) async -> Int? {
    do {
      _ = try await body()
      return nil
    } catch {
      return (error as? Rejection)?.answer.status
    }
  }

  @Test("a body of as much as is allowed is read; one byte more is 413, announced or not")
  func length() async throws {
    let limit = Request.bodyLimit
    #expect(try await read([limit - 1, 1], every: .zero) == limit)
    #expect(await status { try await read([limit, 1], every: .zero) } == 413)
    #expect(await status { try await read([], every: .zero, announced: limit + 1) } == 413)
  }

  @Test("a body that drips is 408, however small it is")
  func slowness() async throws {
    #expect(try await read(Array(repeating: 1, count: 5), every: .seconds(5)) == 5)
    #expect(await status { try await read(Array(repeating: 1, count: 7), every: .seconds(5)) } == 408)
  }
}
