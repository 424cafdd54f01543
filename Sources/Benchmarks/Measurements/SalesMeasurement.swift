import Kiosk
import Model
import Rules

/// Sales a second that ledgerd posts for kiosks that do not wait between them, each on a connection of its own.
struct SalesMeasurement {
  let stand: BenchStand

  func run(connections: Int, seconds: Int) async throws -> [Figure] {
    guard let pairing = try PairingFile(dataDirectory: stand.dataDirectory).load() else {
      throw BenchError("the kiosk is not paired")
    }
    let begin = ContinuousClock.now
    let end = begin + .seconds(seconds)
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<connections {
        let ledger = LedgerClient(
          pairing: pairing, dialect: NativeDialect(primaryCard: nil), timeouts: LedgerTimeouts())
        group.addTask { try await Self.sell(by: ledger, until: end) }
      }
      return try await group.reduce(0, +)
    }
    let elapsed = (ContinuousClock.now - begin).milliseconds / 1000
    return [Figure("ledgerd_sales_per_s_\(connections)", Double(count) / elapsed)]
  }

  private static func sell(by ledger: LedgerClient, until end: ContinuousClock.Instant) async throws -> Int {
    let reading = try await ledger.readCard(BenchStand.card)
    let decision = DebitEngine.decide(
      amount: Amount(minorUnits: 1), placeWallet: ledger.placeWallet, card: reading.card, policy: .standard)
    guard case .approve(let parts) = decision else { throw BenchError("the card has no money left") }
    var count = 0
    while ContinuousClock.now < end {
      let debit = try ledger.sign(DebitOrder(id: EntityID.random(), reading: reading, parts: parts, comment: nil))
      guard case .posted = await ledger.post(debit, isOnly: true, isUrgent: true) else {
        throw BenchError("ledgerd did not post a sale")
      }
      count += 1
    }
    return count
  }
}
