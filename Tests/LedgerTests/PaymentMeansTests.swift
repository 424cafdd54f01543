import FedowProtocol
import Model
import Testing

@testable import Ledger

@Suite("What refills are paid with")
struct PaymentMeansTests {
  private func refill(_ ledger: LedgerFixture, _ amount: Int64, metadata: JSON) async throws {
    let wallet = try await ledger.wallet(LedgerFixture.tag)
    _ = try await ledger.service.submit(
      PostTransaction(
        place: ledger.place.uuid,
        body: ledger.body(
          amount, from: ledger.place.wallet, to: wallet, tag: LedgerFixture.tag, metadata: metadata)
      ))
  }

  private func sums(_ ledger: LedgerFixture, place: String?) async throws -> [String: Int64] {
    let time = ledger.time.withLock { $0 }
    let request = ReportRequest(from: time.adding(seconds: -60), to: time.adding(seconds: 60))
    let report = try await Administration(store: ledger.store).report(request, place: place)
    return Dictionary(
      (report["refills"]?.elements ?? []).map {
        ($0["means"]?.text ?? "", $0["amount"]?.int64 ?? 0)
      },
      uniquingKeysWith: { $0 + $1 })
  }

  @Test(
    "a report sums refills by what the till said they were paid with; whatever else it says is no fault"
  )
  func report() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { _ in
      try await refill(ledger, 1_000, metadata: PaymentMeans.cash.metadata)
      try await refill(ledger, 200, metadata: PaymentMeans.cash.metadata)
      try await refill(ledger, 30, metadata: ["means_of_payment": "card", "note": "x"])
      for metadata: JSON in [
        .null, "cash", ["means_of_payment": 5], ["means_of_payment": "shells"],
      ] {
        try await refill(ledger, 4, metadata: metadata)
      }
    }
    #expect(try await sums(ledger, place: "Bar du Port") == ["cash": 1_200, "card": 30])
    #expect(try await sums(ledger, place: nil) == ["cash": 1_200, "card": 30])
    #expect(try await ledger.balance(LedgerFixture.tag) == 1_246)
    #expect(try await ledger.verdict().breaks == [])
    try await ledger.store.write {
      try $0.execute("UPDATE refill_means SET means = 'card' WHERE amount = 200")
    }
    #expect(
      try await ledger.verdict().breaks.map(\.reason) == ["they are not what its transaction says"])
  }
}
