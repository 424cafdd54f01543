import FedowProtocol
import Kiosk
import Logging
import Model
import TestKit
import Testing

/// A kiosk on a real store before the books of a Fedow server, which knows no idempotency key, no void, and one asset a
/// call.
@Suite(.timeLimit(.minutes(10))) struct FedowKioskTests {
  /// 2.00 gift, 5.00 of the place's own and 10.00 federated are on the card.
  private struct Bench {
    let directory: TemporaryFolder
    let clock: ManualClock
    let books: FedowBooks
    let kiosk: TapKiosk

    init(directory: TemporaryFolder = TemporaryFolder(), clock: ManualClock = .init(), books: FedowBooks? = nil)
      async throws
    {
      let books = books ?? FedowBooks(clock: clock)
      (self.directory, self.clock, self.books) = (directory, clock, books)
      var configuration = KioskConfiguration()
      configuration.dataDirectory = directory.path
      configuration.needsOperator = false
      configuration.dialect = .fedow
      configuration.offline.isAllowed = true
      configuration.offline.perCard = Amount(minorUnits: 1_000)
      configuration.offline.perDevice = Amount(minorUnits: 1_000)
      configuration.offline.longestSeconds = 3_600
      kiosk = await TapKiosk(
        configuration: configuration, store: try KioskStore(path: directory.path + "/kiosk.sqlite"),
        ledgers: LedgerSource { () throws(Refusal) -> (any LedgerLink)? in books }, clock: clock,
        backoff: Backoff(jitter: { 0 }), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      try await kiosk.recover(at: clock.wallTime())
    }

    func restarted() async throws -> Bench { try await Bench(directory: directory, clock: clock, books: books) }

    func run<Value: Sendable>(_ body: @escaping @Sendable (Bench) async throws -> Value) async throws -> Value {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await kiosk.pipeline.run() }
        group.addTask { await kiosk.forwarder.run() }
        let value = try await body(self)
        group.cancelAll()
        return value
      }
    }

    func tap() async throws {
      let tap = Tap(
        reader: ReaderID("test"), uid: try TagUID(hex: FedowBooks.card), technology: .mifareClassic1K,
        instant: clock.now())
      await kiosk.pipeline.handle(.tap(tap), at: clock.now())
    }

    /// Opens a charge and taps the card; the charge once its state is one of these words.
    func charge(_ amount: Int64, until words: Set<String>) async throws -> JSON {
      var events = kiosk.events.watch().makeAsyncIterator()
      let charge = try await kiosk.pipeline.open(amount: Amount(minorUnits: amount), description: nil)
      try await tap()
      return try await KioskBench.state(of: charge.id, in: words, from: &events)
    }

    /// Shows the card to the kiosk once, and lets the server fall silent; what the card then pays is decided without it.
    func cutOff() async throws {
      _ = try await charge(100, until: ["paid"])
      while try await !kiosk.store.waitingRows().isEmpty { await Task.yield() }
      books.script { $0.isThere = false }
    }

    /// The server is heard again.
    func reconnect() async {
      books.script { $0.isThere = true }
      await kiosk.forwarder.hurry()
    }

    /// Lets time pass until the charge is at its end.
    func end(of charge: EntityID, in words: Set<String>) async throws -> Charge {
      let patience = Patience()
      while true {
        let now = try await kiosk.pipeline.charge(charge)
        // Signalled first, then written.
        if words.contains(now.state.word), try await kiosk.store.rows(in: [.pending, .sent, .unknown]).isEmpty {
          return now
        }
        clock.advance(by: .seconds(5))
        try await patience.spend()
      }
    }

    /// What the transactions took from the card in all, each kind as (gift, own, federated).
    var taken: [Int64] {
      let balances = books.script { $0.balances }
      return [
        200 - (balances[books.gift] ?? 0), 500 - (balances[books.own] ?? 0), 1_000 - (balances[books.federated] ?? 0),
      ]
    }
  }

  @Test func aSaleOverThreeMoneysIsThreeCallsUnderOneTap() async throws {
    let bench = try await Bench()
    let charge = try await bench.run { try await $0.charge(900, until: ["paid"]) }
    #expect(bench.taken == [200, 500, 200])
    #expect(charge["parts"]?.elements?.count == 3)
    let transactions = bench.books.script { $0.transactions }
    #expect(transactions.map { $0["metadata"]?["tap"]?.text } == Array(repeating: charge["tap"]?.text, count: 3))
    #expect(Set(transactions.compactMap { $0["metadata"]?["part"]?.text }).count == 3)
    #expect(charge["receipt"]?["transactions"]?.elements?.count == 3)
  }

  @Test func aRefusalInTheMiddleGivesBackWhatWasTakenAndSendsNoMore() async throws {
    let bench = try await Bench()
    bench.books.script { $0.refused = [bench.books.federated] }
    let charge = try await bench.run { try await $0.charge(900, until: ["refused"]) }
    #expect(bench.taken == [0, 0, 0])
    #expect(charge["code"]?.text == "insufficient_funds")
    #expect(charge["parts"]?.elements?.map { $0["state"]?.text } == ["voided", "voided", "refused"])
  }

  @Test func aRefusalAtTheStartSendsNothingElse() async throws {
    let bench = try await Bench()
    bench.books.script { $0.refused = [bench.books.gift] }
    let charge = try await bench.run { try await $0.charge(900, until: ["refused"]) }
    #expect(charge["parts"]?.elements?.map { $0["state"]?.text } == ["refused", "refused", "refused"])
    #expect(bench.books.script { $0.arrived.count } == 1)
  }

  @Test func aCardWhoseDebitIsInDoubtPaysNothingElseMeanwhile() async throws {
    let bench = try await Bench()
    bench.books.script { $0.faults = [.late] }
    try await bench.run { bench in
      let first = try await bench.charge(350, until: ["unknown"])
      let second = try await bench.charge(350, until: ["refused"])
      #expect(second["code"]?.text == "debit_pending")
      let id = try #require(first["id"]?.text.flatMap { EntityID($0) })
      #expect(try await bench.end(of: id, in: ["paid"]).state.word == "paid")
    }
    #expect(bench.taken.reduce(0, +) == 350)
  }

  @Test func aLostSendingIsRepeatedOnlyOnceItCannotArriveAnyMore() async throws {
    let bench = try await Bench()
    bench.books.script { $0.faults = [.lostRequest] }
    try await bench.run { bench in
      let charge = try await bench.charge(350, until: ["unknown"])
      let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
      let start = bench.clock.now()
      _ = try await bench.end(of: id, in: ["paid"])
      #expect(bench.clock.now() - start >= FedowBooks.settling)
    }
    #expect(bench.taken.reduce(0, +) == 350)
  }

  @Test func anUnansweredDebitIsFoundBehindWhatOtherTillsDidSince() async throws {
    let bench = try await Bench()
    bench.books.script { $0.faults = [.lostAnswer] }
    try await bench.run { bench in
      let charge = try await bench.charge(150, until: ["unknown"])
      for _ in 0..<3 { bench.books.sellElsewhere(bench.books.gift, 10) }
      let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
      _ = try await bench.end(of: id, in: ["paid"])
    }
    #expect(bench.taken == [180, 0, 0])
    #expect(bench.books.script { $0.listed } == 0)
  }

  @Test func aDebitThatAForkOfTheChainHidesIsFoundInTheListOfAllTransactions() async throws {
    let bench = try await Bench()
    bench.books.sellElsewhere(bench.books.gift, 10)
    let before = bench.books.script { $0.transactions.last?["uuid"]?.text }
    bench.books.script { $0.faults = [.lostAnswer] }
    try await bench.run { bench in
      let charge = try await bench.charge(150, until: ["unknown"])
      // It forks: its previous transaction is the one before the debit.
      bench.books.sellElsewhere(bench.books.gift, 10, previous: before)
      let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
      _ = try await bench.end(of: id, in: ["paid"])
    }
    #expect(bench.taken == [170, 0, 0])
    #expect(bench.books.script { $0.listed } == 1)
  }

  @Test("an entrance is refused before a card is asked for, with the reason, and nothing is sent")
  func noEntrances() async throws {
    let bench = try await Bench()
    try await bench.run { bench in
      let terms = ChargeTerms(entrance: try EntranceTerms(memberships: [EntityID.random()], againAfter: 300))
      for price in [Int64(0), 350] {
        await #expect {
          try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: price), description: nil, terms: terms)
        } throws: { error in
          let refusal = error as? Refusal
          return refusal?.code == .ledgerRefused && refusal?.sentence.contains("who is a member now") == true
        }
      }
      // The kiosk waits for nobody, and goes on charging.
      _ = try await bench.charge(600, until: ["paid"])
    }
    #expect(bench.taken == [200, 400, 0])
  }

  @Test func undoFillsBackWhatThePlaceIssuesAndRefusesTheRest() async throws {
    let bench = try await Bench()
    try await bench.run { bench in
      let charge = try await bench.charge(600, until: ["paid"])
      let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
      bench.books.script { $0.faults = [.lostAnswer, .lostRequest] }
      _ = try await bench.kiosk.pipeline.undo(id)
      _ = try await bench.end(of: id, in: ["voided"])
    }
    #expect(bench.taken == [0, 0, 0])
    let second = try await bench.restarted()
    try await second.run { bench in
      _ = try await bench.charge(800, until: ["paid"])
      await #expect { try await bench.kiosk.pipeline.undo(nil) } throws: { ($0 as? Refusal)?.code == .ledgerRefused }
    }
    #expect(bench.taken == [200, 500, 100])
  }

  /// The creation of the money carries the refill's metadata, and is no refill.
  @Test func moneyThatWasMadeForTheCardAndNeverGivenToItIsFilledBackAgain() async throws {
    let bench = try await Bench()
    try await bench.run { bench in
      let charge = try await bench.charge(600, until: ["paid"])
      let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
      bench.books.script { $0.faults = [.none, .createdOnly] }
      _ = try await bench.kiosk.pipeline.undo(id)
      let patience = Patience()
      while bench.books.script({ $0.transactions.last?["action"]?.text != "CRE" }) { try await patience.spend() }
      // The trail back from it passes the creation.
      bench.books.sellElsewhere(bench.books.own, 10)
      _ = try await bench.end(of: id, in: ["voided"])
    }
    #expect(bench.taken == [0, 10, 0])
  }

  /// The void waits behind its debit; before a server that knows no voids it would be a refill of money that was not taken.
  @Test func whatTheServerRefusedIsNotFilledBackWhenItWasTakenBackOffline() async throws {
    let bench = try await Bench()
    bench.books.script { $0.balances[bench.books.gift] = 0 }
    try await bench.run { bench in
      try await bench.cutOff()
      let charge = try await bench.charge(300, until: ["paid_offline"])
      let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
      #expect(try await bench.kiosk.pipeline.undo(id).state == .voiding)
      bench.books.sellElsewhere(bench.books.own, 200)
      await bench.reconnect()
      _ = try await bench.end(of: id, in: ["voided"])
      // Nor is the card held, or anything outstanding: the goods came back.
      let figures = try await bench.kiosk.store.offlineFigures()
      #expect(figures.unsettled == 0 && figures.outstanding == .zero)
    }
    #expect(bench.taken == [200, 300, 0])
    #expect(bench.books.script { $0.transactions.filter { $0["action"]?.text == "REF" } } == [])
  }

  /// The goods went when the tap was accepted: what was paid stays paid, and the rest is owed.
  @Test func aRefusalInTheMiddleOfAnOfflineTapGivesNothingBack() async throws {
    let bench = try await Bench()
    bench.books.script { $0.refused = [bench.books.own] }
    try await bench.run { bench in
      try await bench.cutOff()
      let charge = try await bench.charge(300, until: ["paid_offline"])
      let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
      await bench.reconnect()
      _ = try await bench.end(of: id, in: ["partly_paid"])
      #expect(try await bench.kiosk.store.offlineFigures().unsettled == 1)
    }
    #expect(bench.taken == [200, 0, 0])
  }

  /// Each sending is noted before it is made there, so that nobody has to be asked.
  @Test func whatWasNeverSentForAWeekIsNotMadeAnyMore() async throws {
    let bench = try await Bench()
    try await bench.run { bench in
      try await bench.cutOff()
      let charge = try await bench.charge(300, until: ["paid_offline"])
      let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
      bench.clock.advance(by: Forwarder.patience)
      await bench.reconnect()
      _ = try await bench.end(of: id, in: ["refused"])
    }
    #expect(bench.taken.reduce(0, +) == 100)
  }

  @Test func whoTakesAChargeBackTwiceAtOnceGetsItBackOnce() async throws {
    let bench = try await Bench()
    try await bench.run { bench in
      let charge = try await bench.charge(600, until: ["paid"])
      let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
      async let first = try? bench.kiosk.pipeline.undo(id)
      async let second = try? bench.kiosk.pipeline.undo(id)
      #expect(await [first, second].compactMap { $0 }.count == 1)
      _ = try await bench.end(of: id, in: ["voided"])
    }
    #expect(bench.taken == [0, 0, 0])
  }

  @Test(arguments: 0..<40) func everyOrderOfFaultsTakesEachMoneyOnceOrNone(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var bench = try await Bench()
    let amount = Int64.random(in: 1...1_700, using: &generator)
    let faults = (0..<6).map { _ in FedowBooks.Fault.allCases.randomElement(using: &generator) ?? .none }
    let refused = Int.random(in: 0..<4, using: &generator) == 0 ? [bench.books.federated] : []
    let restarts = Int.random(in: 0...3, using: &generator)
    bench.books.script { ($0.faults, $0.refused) = (faults, Set(refused)) }
    let id = try await bench.run { bench in
      var events = bench.kiosk.events.watch().makeAsyncIterator()
      let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: amount), description: nil)
      try await bench.tap()
      _ = try await KioskBench.state(of: charge.id, in: ["sent"], from: &events)
      return charge.id
    }
    for _ in 0..<restarts {
      bench = try await bench.restarted()
      let pause = Int.random(in: 0...40, using: &generator)
      try await bench.run { bench in
        for _ in 0..<pause {
          bench.clock.advance(by: .seconds(1))
          await Task.yield()
        }
      }
    }
    bench = try await bench.restarted()
    let end = try await bench.run { try await $0.end(of: id, in: ["paid", "refused", "expired"]) }
    bench.clock.advance(by: .seconds(3_600))
    bench.books.commitWhatIsDue()
    #expect(bench.taken.reduce(0, +) == (end.state.word == "paid" ? amount : 0), "seed \(seed): \(end.state.word)")
  }
}
