import FedowProtocol
import Foundation
import Glibc
import Ledger
import Model
import Signing

/// Where the processor's time of a sale goes, in microseconds: each span is measured alone, the rest is what is left.
struct SaleSpans {
  let ledger: SalesLedger
  let server: LedgerServer

  /// - Parameter whole: ledgerd's microseconds a sale, where they were measured.
  func run(whole: Double?) async throws -> [Figure] {
    let http = try await requests()
    let posting = try await self.posting()
    let spans = [
      ("http", http.microseconds), ("parse", try parsing()), ("signature", try signature()), ("posting", posting),
      ("answer", try answer()),
    ]
    var figures = spans.map { Figure("span_\($0.0)_us", $0.1) }
    if let whole { figures.append(Figure("span_rest_us", whole - spans.reduce(0) { $0 + $1.1 })) }
    return figures + [
      Figure("signatures_verified_per_s", 1e6 / spans[2].1), Figure("http_requests_per_s_c128", http.perSecond),
    ]
  }

  /// Microseconds of this process's processor for one of so many.
  private static func microseconds(_ count: Int, _ work: (Int) throws -> Void) rethrows -> Double {
    let begin = clock()
    for number in 0..<count { try work(number) }
    return Double(clock() - begin) / Double(CLOCKS_PER_SEC) * 1e6 / Double(count)
  }

  /// Requests that do nothing: what HTTP alone costs ledgerd.
  private func requests() async throws -> (perSecond: Double, microseconds: Double) {
    let (port, program) = try await server.serve(ledger)
    defer { program.stop() }
    let statistics = ProcessStatistics(id: program.id)
    let before = try statistics.processorSeconds
    let request = Array("GET /helloworld/ HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n".utf8)
    let outcome = try LoadGenerator(port: port, connections: SalesMeasurement.busiest, expected: 200).run(
      Array(repeating: request, count: 200_000), atMost: .seconds(2))
    try outcome.check()
    let used = try statistics.processorSeconds - before
    return (Double(outcome.answered) / outcome.seconds, used / Double(outcome.answered) * 1e6)
  }

  /// The body, as it is read, dumped again for its signature, and encoded.
  private func parsing() throws -> Double {
    let body = ledger.sale(0).compactBytes
    return try Self.microseconds(20_000) { _ in _ = SignedMessage.post(try JSON.parse(body)).count }
  }

  private func signature() throws -> Double {
    let message = SignedMessage.post(ledger.sale(0))
    let signature = try ledger.credentials.key.sign(message)
    let key = ledger.credentials.key.publicKey
    return try Self.microseconds(10_000) { _ in
      guard key.isValid(signature: signature, for: message) else { throw BenchError("not valid") }
    }
  }

  /// The writer's work and the disk's, with this machine's hand-overs between tasks.
  private func posting() async throws -> Double {
    let begin = clock()
    let count = 30_000
    _ = try await ledger.grow(by: count)
    return Double(clock() - begin) / Double(CLOCKS_PER_SEC) * 1e6 / Double(count)
  }

  /// The receipt, as it is written.
  private func answer() throws -> Double {
    let store = try LedgerStore(path: ledger.dataDirectory + "/ledger.sqlite")
    let card = ledger.cards[0].tag
    let receipt = try store.lookUp { books -> Answer? in
      try ReadCard.answerIfOpen(tag: card, place: ledger.place, in: books)
    }
    guard let receipt else { throw BenchError("no card") }
    return Self.microseconds(20_000) { _ in _ = receipt.bodyBytes.count }
  }
}
