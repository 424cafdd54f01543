import FedowProtocol
import Foundation
import Ledger
import Model
import Signing

/// What the ledger does without HTTP: signatures are checked and sales posted by the code that `ledgerd` runs, so many at
/// once, into the same batches with the same fsync.
struct InProcessSales {
  let ledger: SalesLedger

  private struct Sale: Sendable {
    let body: JSON
    let dump: String
    let credentials: Credentials
  }

  func perSecond(inFlight: Int, seconds: Int) async throws -> Double {
    let lanes = try await signed(count: seconds * 20_000, lanes: inFlight)
    return try await ledger.withPostings { postings, store in
      let authenticator = Authenticator(store: store)
      let begin = ContinuousClock.now
      let end = begin + .seconds(seconds)
      let posted = try await withThrowingTaskGroup(of: Int.self) { group in
        for lane in lanes {
          group.addTask {
            var posted = 0
            for sale in lane {
              guard ContinuousClock.now < end else { break }
              try await Self.post(sale, authenticator, postings)
              posted += 1
            }
            return posted
          }
        }
        return try await group.reduce(0, +)
      }
      return Double(posted) / ((ContinuousClock.now - begin).milliseconds / 1000)
    }
  }

  private static func post(_ sale: Sale, _ authenticator: Authenticator, _ postings: PostingService) async throws {
    let (caller, passport) = try await authenticator.regular(sale.credentials) { SignedMessage.post(dump: sale.dump) }
    let key = "signature:\(sale.credentials.signature ?? "")\nPOST /transaction/\n\(sale.dump)"
    let answer = try await postings.submit(
      PostTransaction(place: caller.place.uuid, body: sale.body),
      guarded: ReplayGuard(place: caller.place.uuid, key: key, content: ""), by: passport)
    guard answer.status == 201 else { throw BenchError("a sale was not posted: \(answer.status)") }
  }

  private func signed(count: Int, lanes: Int) async throws -> [[Sale]] {
    try await withThrowingTaskGroup(of: [Sale].self) { [ledger] group in
      for lane in 0..<lanes {
        group.addTask {
          try stride(from: lane, to: count, by: lanes).map { number in
            let body = ledger.sale(number)
            let dump = body.pythonDump()
            let signature = try ledger.credentials.key.sign(SignedMessage.post(dump: dump))
            return Sale(
              body: body, dump: dump,
              credentials: Credentials(
                authorization: "Api-Key \(ledger.credentials.apiKey)", signature: Base64URL.encode(signature)))
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}
