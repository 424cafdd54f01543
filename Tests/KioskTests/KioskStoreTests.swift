import FedowProtocol
import Kiosk
import Model
import TestKit
import Testing

@Suite struct KioskStoreTests {
  private let directory = TemporaryFolder()
  private let time = LedgerTime(microseconds: 1_790_000_000_000_000)

  private func store() throws -> KioskStore { try KioskStore(path: directory.path + "/kiosk.sqlite") }

  private func charge() -> Charge {
    Charge(id: .random(), amount: Amount(minorUnits: 350), description: nil, createdAt: time)
  }

  private func debit() -> SignedDebit {
    SignedDebit(
      id: .random(), card: "68B87420", wallet: .random(), path: "/v1/debits/", body: [0, 0xFF, 0x7B], signature: "s=",
      witness: "w")
  }

  private var reading: CardReading {
    let card = CardSnapshot(
      firstTagID: "68B87420", numberPrinted: "", wallet: .random(), isEphemeral: true, holdings: [])
    return CardReading(card: card, body: Array("{}".utf8))
  }

  private func record(_ debit: SignedDebit, for charge: Charge, in store: KioskStore) async throws {
    let input = TapInput(card: "68B87420", reading: (reading, time), dialect: "native", at: time)
    _ = try await store.recordTap(input) { _ in
      var charge = charge
      charge.state = .sent
      charge.tap = debit.id
      return (.send([OutboxEntry(debit: debit, parts: [])]), charge)
    }
  }

  @Test func aCommitWaitsForTheDisk() async throws {
    let store = try store()
    #expect(try await store.synchronousLevel() == 2)
    try await store.insert(charge())
    #expect(try await store.synchronousLevel() == 2)
  }

  @Test func theBytesOfADebitComeBackAsTheyWere() async throws {
    let (charge, debit) = (charge(), debit())
    let first = try store()
    try await first.insert(charge)
    try await record(debit, for: charge, in: first)
    let rows = try await store().rows(in: [.pending, .sent, .unknown])
    #expect(rows.map(\.debit) == [debit])
    #expect(rows.map(\.state) == [.pending])
  }

  @Test func aTapThatCannotBeWrittenLeavesNothing() async throws {
    let store = try store()
    let debit = debit()
    // No such charge: the foreign key breaks the transaction after the directory was written in it.
    await #expect(throws: Refusal.self) { try await record(debit, for: charge(), in: store) }
    #expect(try await store.waitingRows().isEmpty)
    #expect(try await store.row(debit.id) == nil)
  }

  @Test func aFinalRowIsNeverOverwritten() async throws {
    let store = try store()
    var charge = charge()
    let debit = debit()
    try await store.insert(charge)
    try await record(debit, for: charge, in: store)
    charge.state = .refused(Refusal(.cardBlocked))
    try await store.settle(Settlement(id: debit.id, state: .refused, charge: charge, at: time))
    charge.state = .unknown(Refusal(.outcomeUnknown))
    try await store.settle(Settlement(id: debit.id, state: .unknown, charge: charge, at: time))
    #expect(try await store.row(debit.id)?.state == .refused)
    #expect(try await store.charge(charge.id)?.state.word == "refused")
  }

  @Test func aRestartExpiresWhatWaitedAndDoubtsWhatWasSent() async throws {
    let store = try store()
    let (waiting, sent) = (charge(), charge())
    try await store.insert(waiting)
    try await store.insert(sent)
    try await record(debit(), for: sent, in: store)
    #expect(try await store.settleInterruptedCharges(at: time).isEmpty)
    #expect(try await store.charge(waiting.id)?.state == .expired)
    #expect(try await store.charge(sent.id)?.state == .unknown(Refusal(.outcomeUnknown)))
  }

  @Test func aFileThatIsNoDatabaseIsRefusedWithACode() throws {
    #expect {
      try KioskStore(path: "/proc/nowhere/kiosk.sqlite")
    } throws: {
      ($0 as? Refusal)?.code == .storeUnavailable
    }
  }
}
