import FedowProtocol
import GRDB
import Kiosk
import Logging
import Model
import TestKit
import Testing

/// A clock that stands still, and on which every pause is over at once.
struct HastyClock: KioskClock {
  private let clock = ManualClock()
  func now() -> MonotonicTime { clock.now() }
  func wallTime() -> LedgerTime { clock.wallTime() }
  func advance(by duration: Duration) { clock.advance(by: duration) }
  func sleep(for duration: Duration) async throws { await Task.yield() }
}

/// What an operator does to cards at a kiosk: once, under an operator's card, written down.
@Suite(.timeLimit(.minutes(10))) struct CardLifeTests {
  private let ledger = LifeLedger()
  private let clock = HastyClock()
  private let directory = TemporaryFolder()
  private static let sheet = LifeLedger.sheet("68B87420", "A0001")

  private func kiosk() async throws -> TapKiosk {
    let ledger = ledger
    var configuration = KioskConfiguration()
    configuration.dataDirectory = directory.path
    return await TapKiosk(
      configuration: configuration, store: try KioskStore(path: directory.path + "/kiosk.sqlite"),
      ledgers: LedgerSource { () throws(Refusal) -> (any LedgerLink)? in ledger }, clock: clock,
      backoff: Backoff(jitter: { 0 }), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Runs the kiosk's pipeline while `body` plays.
  private func run(_ body: @escaping @Sendable (TapKiosk) async throws -> Void) async throws {
    let kiosk = try await kiosk()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await kiosk.pipeline.run() }
      try await body(kiosk)
      group.cancelAll()
    }
  }

  private func tap(_ uid: String, _ kiosk: TapKiosk) async throws {
    let tap = Tap(
      reader: ReaderID("bar"), uid: try TagUID(hex: uid), technology: .mifareClassic1K, instant: clock.now())
    await kiosk.pipeline.handle(.tap(tap), at: clock.now())
  }

  private func openSession(_ kiosk: TapKiosk) async throws {
    _ = try await kiosk.pipeline.askForOperator()
    try await tap("0A0B0C0D", kiosk)
    let patience = Patience()
    while await kiosk.pipeline.operatorReport()["state"] != "open" { try await patience.spend() }
  }

  private func perform(_ kiosk: TapKiosk, reason: String) async throws -> JSON {
    try await kiosk.act(.lost, on: Self.sheet, fields: [("reason", JSON(reason))])
  }

  @Test func withoutAnOperatorsCardNothingIsAsked() async throws {
    let kiosk = try await kiosk()
    await #expect(throws: Refusal(.operatorCardNeeded)) { try await kiosk.act(.lost, on: Self.sheet) }
    #expect(ledger.posts.isEmpty)
  }

  @Test func anActNamesItsOperatorAndStandsInTheAuditTrail() async throws {
    try await run { kiosk in
      try await openSession(kiosk)
      _ = try await perform(kiosk, reason: "stolen")
      let call = try #require(ledger.posts.first)
      #expect(call.path == "/v1/cards/68B87420/lost/")
      #expect(call.body?["operator_card"] == "0A0B0C0D" && call.body?["reason"] == "stolen")
      let trail = try await kiosk.store.auditTrail(after: 0)
      #expect(trail.map { $0["what"] } == ["operator_open", "card_lost", "card_lost_done"])
      #expect(trail.last?["subject"] == "A0001")
    }
  }

  /// The ids under which the ledger was asked, each once.
  private var ids: [String] {
    ledger.posts.compactMap { $0.body?["id"]?.text }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private func pay(back total: Int64, at kiosk: TapKiosk) async throws -> JSON {
    try await kiosk.act(.refund, on: Self.sheet, fields: [("expected_total", JSON(total))])
  }

  private func isUnknown(_ error: any Error) -> Bool { (error as? Refusal)?.code == .outcomeUnknown }

  @Test func whatWasNotAnsweredIsAskedAgainUnderItsIdAlsoAfterARestart() async throws {
    ledger.script { $0.refusals = Array(repeating: Refusal(.ledgerUnreachable), count: 3) }
    try await run { kiosk in
      try await openSession(kiosk)
      await #expect { try await pay(back: 500, at: kiosk) } throws: { isUnknown($0) }
    }
    #expect(ids.count == 1 && ledger.posts.count == 3)
    try await run { kiosk in
      try await openSession(kiosk)
      _ = try await pay(back: 500, at: kiosk)
      #expect(ids.count == 1 && ledger.posts.count == 4)
      // Answered: the next one like it is another one.
      _ = try await pay(back: 500, at: kiosk)
      #expect(ids.count == 2)
    }
  }

  /// The ledger gives its answer of then, and the card may have been freed since.
  @Test func aCardIsBlockedAnewWhenTheAnswerOfTheFirstTimeIsTold() async throws {
    ledger.script { $0.refusals = Array(repeating: Refusal(.ledgerUnreachable), count: 3) }
    try await run { kiosk in
      try await openSession(kiosk)
      await #expect { try await perform(kiosk, reason: "stolen") } throws: { isUnknown($0) }
      _ = try await perform(kiosk, reason: "stolen")
      #expect(ledger.posts.count == 5 && ids.count == 2)
    }
  }

  @Test func whoAsksForTheSameMuchLaterWantsItAnew() async throws {
    ledger.script { $0.refusals = Array(repeating: Refusal(.ledgerUnreachable), count: 6) }
    try await run { kiosk in
      try await openSession(kiosk)
      await #expect { try await pay(back: 500, at: kiosk) } throws: { isUnknown($0) }
      clock.advance(by: .seconds(599))
      try await openSession(kiosk)
      await #expect { try await pay(back: 500, at: kiosk) } throws: { isUnknown($0) }
      #expect(ids.count == 1)
      clock.advance(by: .seconds(1))
      try await openSession(kiosk)
      _ = try await pay(back: 500, at: kiosk)
      #expect(ids.count == 2)
    }
  }

  /// Its key may have been revoked after the ledger let the first one in.
  @Test func whoIsTurnedAwayUnreadAfterAnAnswerWasLostIsNotToldThatItFailed() async throws {
    ledger.script { $0.refusals = [Refusal(.ledgerUnreachable), Refusal(.notAuthenticated), Refusal(.clockWrong)] }
    try await run { kiosk in
      try await openSession(kiosk)
      await #expect { try await pay(back: 500, at: kiosk) } throws: { isUnknown($0) }
      ledger.script { $0.refusals = [Refusal(.notAuthenticated)] }
      _ = try await pay(back: 500, at: kiosk)
      #expect(ids.count == 1)
      // Nothing came before: what it says, it says of this one.
      ledger.script { $0.refusals = [Refusal(.notAuthenticated)] }
      await #expect { try await pay(back: 500, at: kiosk) } throws: { ($0 as? Refusal)?.code == .notAuthenticated }
    }
  }

  /// Else the next one like it would be taken for this one.
  @Test func whatIsDoneAndCannotBeNotedIsAskedForAgain() async throws {
    let file = try DatabaseQueue(path: directory.path + "/kiosk.sqlite")
    try await run { kiosk in
      try await openSession(kiosk)
      try await file.write {
        try $0.execute(sql: "CREATE TRIGGER broken BEFORE DELETE ON questions BEGIN SELECT RAISE(ABORT, 'disk'); END")
      }
      await #expect { try await pay(back: 500, at: kiosk) } throws: { ($0 as? Refusal)?.code == .storeUnavailable }
      try await file.write { try $0.execute(sql: "DROP TRIGGER broken") }
      _ = try await pay(back: 500, at: kiosk)
      #expect(ledger.posts.count == 2 && ids.count == 1)
    }
  }

  @Test("the answer to another question says nothing of a card that is to be blocked")
  func answersOfOthers() async throws {
    try await run { kiosk in
      try await openSession(kiosk)
      let others: [JSON] = [
        nil, ["tag": "11223344"], ["id": JSON(EntityID.random().text), "card": "68B87420", "state": "posted"],
      ]
      for other in others {
        ledger.script { $0.answerOfAnother = other }
        await #expect { try await perform(kiosk, reason: "stolen") } throws: {
          ($0 as? Refusal)?.code == .outcomeUnknown
        }
      }
      #expect(ids.count == 1)
      ledger.script { $0.answerOfAnother = nil }
      _ = try await perform(kiosk, reason: "stolen")
    }
  }

  @Test func anAnswerThatIsARefusalIsNotAskedAgain() async throws {
    ledger.script { $0.refusals = [Refusal(.forbidden, "No.")] }
    try await run { kiosk in
      try await openSession(kiosk)
      await #expect(throws: Refusal(.forbidden, "No.")) { try await perform(kiosk, reason: "x") }
      #expect(ledger.posts.count == 1)
      #expect(try await kiosk.store.auditTrail(after: 0).last?["detail"] == "forbidden")
    }
  }

  @Test func severalCardsAreNotOne() async throws {
    ledger.script { $0.sheets = [Self.sheet, LifeLedger.sheet("11223344", "68B87420")] }
    let kiosk = try await kiosk()
    let ambiguous = await #expect(throws: AmbiguousCard.self) { try await kiosk.sheet(of: try CardQuery("68B87420")) }
    #expect(ambiguous?.candidates.count == 2)
    // Who names the tag means that card.
    #expect(try await kiosk.sheet(of: try CardQuery("tag:68B87420"))["number_printed"] == "A0001")
  }

  @Test func aCapturedTapPaysNothingAndKeepsChargesAway() async throws {
    let kiosk = try await kiosk()
    var events = kiosk.events.watch().makeAsyncIterator()
    let asked = try await kiosk.pipeline.captureNextTap(for: "enrolment")
    await #expect(throws: Refusal.self) {
      try await kiosk.pipeline.open(amount: Amount(minorUnits: 1), description: nil)
    }
    try await tap("04A1B2C3D4E5F6", kiosk)
    var report: JSON = nil
    while report["state"] != "tapped", let event = await events.next() { report = event.data }
    #expect(report["id"] == asked["id"] && report["uid"] == "04A1B2C3D4E5F6")
    let charge = try await kiosk.pipeline.open(amount: Amount(minorUnits: 1), description: nil)
    #expect(charge.state == .waiting)
    await #expect(throws: Refusal(.chargeBusy)) { try await kiosk.pipeline.captureNextTap(for: "enrolment") }
  }

  @Test func aBlockedCardThatIsTappedIsToldToTheLedgerOnceItAnswers() async throws {
    ledger.script {
      $0.isBlocked = true
      $0.refusals = [Refusal(.ledgerUnreachable)]
    }
    try await run { kiosk in
      var events = kiosk.events.watch().makeAsyncIterator()
      let charge = try await kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
      try await tap("68B87420", kiosk)
      _ = try await KioskBench.state(of: charge.id, in: ["refused"], from: &events)
      let patience = Patience()
      while ledger.posts.isEmpty { try await patience.spend() }
      let sighting = try #require(try await kiosk.store.waitingSightings().first)
      #expect(sighting.reader == "bar")
      await kiosk.watch.reportSightings()
      #expect(try await kiosk.store.waitingSightings().isEmpty)
      #expect(ledger.posts.map(\.path) == ["/v1/cards/68B87420/sighted/", "/v1/cards/68B87420/sighted/"])
      #expect(Set(ledger.posts.map { $0.body?["id"] }).count == 1)
    }
  }
}
