import FedowProtocol
import Model
import Rules
import TestKit
import Testing

@testable import Kiosk

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
    let input = TapInput(card: "68B87420", reading: (reading, time, 0), dialect: "native", at: time)
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

  /// A debit of one card, decided on a reading of it, and how the ledger has it.
  private func post(
    _ minorUnits: Int64, of asset: EntityID, _ reading: CardReading, after postings: Int64, readAt: LedgerTime,
    postedAt: LedgerTime?, in store: KioskStore
  ) async throws {
    let charge = charge()
    let debit = SignedDebit(
      id: .random(), card: "68B87420", wallet: reading.card.wallet, path: "/v1/debits/", body: [], signature: "s=")
    let part = Allocation(asset: asset, assetName: "Euro", amount: Amount(minorUnits: minorUnits))
    try await store.insert(charge)
    let input = TapInput(card: "68B87420", reading: (reading, readAt, postings), dialect: "native", at: readAt)
    _ = try await store.recordTap(input) { _ in (.send([OutboxEntry(debit: debit, parts: [part])]), charge) }
    guard let postedAt else { return }
    try await store.settle(Settlement(id: debit.id, state: .posted, charge: charge, at: postedAt))
  }

  private func spent(_ asset: EntityID, in store: KioskStore) async throws -> Int64? {
    try await store.knowledge(of: "68B87420").spentSince[asset]?.minorUnits
  }

  /// Else a card spends what it has twice when the ledger is away afterwards.
  @Test(
    "what was posted after a card was read is missing from the reading, and before it is not, whatever the clock says")
  func postedSince() async throws {
    let (store, asset, reading) = (try store(), EntityID.random(), reading)
    let earlier = LedgerTime(microseconds: time.microseconds - 3_600_000_000)
    try await post(350, of: asset, reading, after: store.postings.latest, readAt: time, postedAt: earlier, in: store)
    #expect(try await spent(asset, in: store) == 350)
    // Read again after a restart, by the clock before that was posted.
    let readAt = LedgerTime(microseconds: earlier.microseconds - 1)
    let postings = try self.store().postings.latest
    try await post(20, of: asset, reading, after: postings, readAt: readAt, postedAt: nil, in: store)
    #expect(try await spent(asset, in: store) == 20)
  }

  @Test("what a card paid before it was linked to a person is missing from a reading of that person's wallet too")
  func paidBeforeItWasLinked() async throws {
    let (store, asset) = (try store(), EntityID.random())
    try await post(30, of: asset, reading, after: 0, readAt: time, postedAt: nil, in: store)
    // Another reading is of another wallet.
    try await post(7, of: asset, reading, after: store.postings.latest, readAt: time, postedAt: nil, in: store)
    #expect(try await spent(asset, in: store) == 37)
  }

  @Test("in a file of an earlier version the clock tells once more what a reading shows")
  func postedSinceByTheClock() async throws {
    let (old, asset, reading) = (try store(), EntityID.random(), reading)
    for (minorUnits, seconds) in [(350, -1), (20, 1), (3, 0)] as [(Int64, Int64)] {
      let postedAt = LedgerTime(microseconds: time.microseconds + seconds * 1_000_000)
      try await post(minorUnits, of: asset, reading, after: 0, readAt: time, postedAt: postedAt, in: old)
    }
    try old.close()
    try await directory.kioskDisk().write { database in
      try database.execute(
        sql: """
          DELETE FROM grdb_migrations WHERE identifier LIKE '6 %';
          DROP INDEX outbox_posted;
          DROP INDEX outbox_by_wallet;
          ALTER TABLE outbox DROP COLUMN posting;
          ALTER TABLE directory DROP COLUMN postings;
          CREATE INDEX outbox_posted ON outbox (updated_at) WHERE state = 'posted';
          CREATE INDEX outbox_by_wallet ON outbox (wallet, updated_at);
          """)
    }
    let store = try store()
    #expect(try await spent(asset, in: store) == 23)
    try await post(500, of: asset, reading, after: store.postings.latest, readAt: time, postedAt: time, in: store)
    #expect(try await spent(asset, in: store) == 500)
  }

  private func audit(_ what: String) -> AuditEntry {
    AuditEntry(at: time, what: what, operatorCard: nil, subject: nil, detail: nil)
  }

  @Test func aDebitHasOneVoidUnderWayAndAnotherOnceThatIsRefused() async throws {
    let (store, charge, taken) = (try store(), charge(), debit())
    try await store.insert(charge)
    try await record(taken, for: charge, in: store)
    let voids = (0..<3).map { _ in OutboxEntry(debit: debit(), parts: [], voids: taken.id) }
    let write = { (number: Int) in
      try await store.append(
        [voids[number]], of: charge.id, becoming: nil, dialect: "native", audit: audit("\(number)"), at: time)
    }
    for number in [0, 0, 1] { try await write(number) }
    #expect(try await store.waitingRows().map(\.id) == [taken.id, voids[0].debit.id])
    try await store.settle(Settlement(id: voids[0].debit.id, state: .refused, charge: charge, at: time))
    try await write(2)
    #expect(try await store.waitingRows().map(\.id) == [taken.id, voids[2].debit.id])
    #expect(try await store.auditTrail(after: 0).map { $0["what"]?.text } == ["0", "2"])
  }

  /// The refusal came while the void was being made.
  @Test(arguments: ["native", "fedow"])
  func ofARefusedDebitOnlyALedgerThatKeepsItIsSentTheVoid(dialect: String) async throws {
    let (store, charge, refused) = (try store(), charge(), debit())
    try await store.insert(charge)
    let input = TapInput(card: "68B87420", reading: nil, dialect: dialect, at: time)
    let part = Allocation(asset: .random(), assetName: "Euro", amount: charge.amount)
    _ = try await store.recordTap(input) { _ in
      (.send([OutboxEntry(debit: refused, parts: [part], isOffline: true)]), charge)
    }
    try await store.settle(
      Settlement(id: refused.id, state: .refused, charge: charge, refusal: Refusal(.insufficientFunds), at: time))
    #expect(try await store.claims(on: charge.id).map(\.debit.id) == [refused.id])
    let void = OutboxEntry(debit: debit(), parts: [], voids: refused.id)
    try await store.append([void], of: charge.id, becoming: nil, dialect: dialect, audit: audit("void"), at: time)
    let isSent = dialect == "native"
    #expect(try await store.waitingRows().map(\.id) == (isSent ? [void.debit.id] : []))
    #expect(try await store.offlineFigures().unsettled == (isSent ? 1 : 0))
    // Asked once, the ledger is not asked again.
    #expect(try await store.claims(on: charge.id).isEmpty)
    #expect(try await store.auditTrail(after: 0).count == 1)
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
