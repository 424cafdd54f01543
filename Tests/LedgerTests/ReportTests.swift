import FedowProtocol
import Foundation
import Logging
import Model
import Rules
import TestKit
import Testing

@testable import Ledger

@Suite("What was taken, by hours and days")
struct ReportTests {
  /// A year of a place that sells, refills, refunds and takes back, now and then within seconds and then not for days.
  private func year(_ ledger: LedgerFixture, seed: UInt64, device: EntityID) async throws {
    var random = SeededGenerator(seed: seed)
    let tag = LedgerFixture.tag
    var last: EntityID?
    // From 2026-01-01 on, over both changes of clocks.
    ledger.time.withLock { $0 = LedgerTime(microseconds: 1_767_222_000_000_000) }
    for number in 0..<260 {
      let gap: Int64 = Int.random(in: 0..<4, using: &random) == 0 ? 800_000 : 9_000
      let seconds = Int64.random(in: 0...gap, using: &random)
      ledger.time.withLock { $0 = $0.adding(seconds: seconds) }
      let asset = Bool.random(using: &random) ? ledger.euro : ledger.gift
      let amount = Int64.random(in: 1...90, using: &random)
      switch number < 3 ? 0 : Int.random(in: 0..<8, using: &random) {
      case 0, 1: _ = try await ledger.refill(tag, amount * 5, asset: asset)
      case 2: _ = try? await ledger.service.submit(try await ledger.sale(amount))
      case 3:
        let body: JSON = [
          "id": JSON(EntityID.random().text), "operator_card": JSON(LedgerFixture.operatorTag),
          "expected_total": JSON(try await ledger.balance(tag) ?? 0),
        ]
        if number.isMultiple(of: 3) {
          _ = try await ledger.service.submit(
            PostRefund(place: ledger.place.uuid, device: device, tag: tag, body: body))
        }
      case 4:
        if let debit = last {
          _ = try? await ledger.service.submit(
            VoidDebit(
              place: ledger.place.uuid, device: device, debit: debit, body: ["id": JSON(EntityID.random().text)]))
        }
      default:
        let id = EntityID.random()
        let debit = try DebitRequest([
          "id": JSON(id.text), "card": JSON(tag),
          "parts": [["asset": JSON(asset.uuid.text), "amount": JSON(amount)]],
        ])
        _ = try await ledger.service.submit(PostDebit(place: ledger.place.uuid, device: device, debit: debit))
        last = id
      }
    }
  }

  /// The same counted one by one, with another calendar than the ledger's own: "hour|device|asset|kind" to its sums.
  private func naive(
    _ ledger: LedgerFixture, from: LedgerTime, to: LedgerTime, step: ReportRequest.Step, zone: String
  ) async throws -> [String: [Int64]] {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: zone))
    let component: Calendar.Component = step == .hour ? .hour : .day
    return try await ledger.store.read { [calendar] books in
      var sums: [String: [Int64]] = [:]
      let voids = Set(try books.rows("SELECT reverse FROM reversals").map { $0[0] as String })
      try books.eachTransaction(after: 0) { posted in
        let entry = posted.entry
        guard entry.datetime >= from, entry.datetime < to, ![.firstBlock, .creation].contains(entry.action) else {
          return
        }
        let date = Date(timeIntervalSince1970: Double(entry.datetime.microseconds / 1_000_000))
        let start = try #require(calendar.dateInterval(of: component, for: date)?.start)
        let isVoid = voids.contains(entry.id.text)
        let kind = entry.action == .refill ? "refill" : entry.action == .refund ? "refund" : isVoid ? "void" : "sale"
        let hasDevice = entry.metadata["debit_id"] != nil
        let key = "\(Int64(start.timeIntervalSince1970))|\(hasDevice)|\(entry.asset)|\(kind)"
        sums[key, default: [0, 0]][0] += 1
        sums[key, default: [0, 0]][1] += entry.amount
      }
      return sums
    }
  }

  private func reported(
    _ ledger: LedgerFixture, from: LedgerTime, to: LedgerTime, step: ReportRequest.Step, place: Books.Place?
  ) async throws -> [String: [Int64]] {
    let report = try await ledger.store.report(
      ReportRequest(from: from, to: to, by: step), place: place, now: to
    ) { $0 }
    var sums: [String: [Int64]] = [:]
    for row in report["rows"]?.elements ?? [] {
      let start = try #require(row["hour"]?.text.flatMap { LedgerTime.parse($0) })
      let key = [
        "\(start.microseconds / 1_000_000)", "\(row["device"]?.text == "Bar, left")", row["asset"]?.text ?? "",
        row["kind"]?.text ?? "",
      ].joined(separator: "|")
      #expect(sums[key] == nil, "twice: \(key)")
      sums[key] = [row["count"]?.int64 ?? 0, row["amount"]?.int64 ?? 0]
    }
    return sums
  }

  @Test(
    "sums are what counting one by one gives, over changes of clocks, whatever part of it is in the totals",
    arguments: ["Europe/Paris", "Asia/Kathmandu", "America/St_Johns"])
  func sums(zone: String) async throws {
    let ledger = try await LedgerFixture()
    let device = EntityID.random()
    _ = try await Administration(store: ledger.store).changePolicy(place: "Bar du Port") {
      $0.timeZone = zone
      $0.voidWindow = 10_000_000
    }
    try await ledger.store.write { [place = ledger.place.uuid] books in
      try books.set(.timeZone, to: zone)
      try books.insertKey(.generate(), purpose: .place, place: place, device: device, name: "Bar, left", at: .now())
    }
    try await ledger.running { _ in try await year(ledger, seed: 11, device: device) }
    let (first, last) = (Int64(1_767_222_000), ledger.time.withLock { $0.microseconds / 1_000_000 })
    var random = SeededGenerator(seed: 3)
    for count in [0, 100, 7, 300, 1000] {
      // Nothing carried, then a part, and at last all of it.
      if count > 0 { _ = try await ledger.store.carryTotals(atMost: Int64(count)) }
      for round in 0..<8 {
        let begin = Int64.random(in: first...last, using: &random)
        let end = round == 0 ? begin + 300 : begin + Int64.random(in: 0...(86_400 * 60), using: &random)
        let (from, to) = (LedgerTime(microseconds: begin * 1_000_000), LedgerTime(microseconds: end * 1_000_000 + 1))
        for step in ReportRequest.Step.allCases {
          let expected = try await naive(ledger, from: from, to: to, step: step, zone: zone)
          let place = Bool.random(using: &random) ? ledger.place : nil
          #expect(try await reported(ledger, from: from, to: to, step: step, place: place) == expected)
        }
      }
      let (from, to) = (LedgerTime(microseconds: 0), LedgerTime(microseconds: (last + 1) * 1_000_000))
      let all = try await naive(ledger, from: from, to: to, step: .hour, zone: zone)
      #expect(Set(all.keys.compactMap { $0.split(separator: "|").last }) == ["sale", "refill", "refund", "void"])
      #expect(try await reported(ledger, from: from, to: to, step: .hour, place: ledger.place) == all)
    }
    #expect(try await ledger.store.carryTotals() == false)
    #expect(try await ledger.store.totals.mark().sequence == ledger.store.read { try $0.lastSequence() })
  }

  @Test("totals of another ledger, or no totals at all, change neither a report nor what verifying says")
  func foreign() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await ledger.service.submit(try await ledger.sale(100))
    }
    let span = (LedgerTime(microseconds: 0), ledger.time.withLock { $0.adding(seconds: 60) })
    let report = {
      try await reported(ledger, from: span.0, to: span.1, step: .day, place: ledger.place)
    }
    let live = try await report()
    #expect(live.count == 2)
    while try await ledger.store.carryTotals() {}
    let mark = try await ledger.store.totals.mark()
    let twice = try await ledger.store.read { try $0.takings(.sequences(after: 0, upTo: mark.sequence)) }
    // Someone who counted the same meanwhile is not counted again.
    try await ledger.store.totals.add(twice, from: .init(), to: mark)
    #expect(try await report() == live)
    // As after a restoration of what was older: the numbers are there, the hashes are others.
    try await ledger.store.totals.add(twice, from: mark, to: .init(sequence: mark.sequence, hash: "another"))
    #expect(try await report() == live)
    #expect(try await ledger.verdict().isSound)
    while try await ledger.store.carryTotals() {}
    #expect(try await ledger.store.totals.mark() == mark)
    #expect(try await report() == live)
    // And what is no database is made again.
    try await ledger.store.totals.clear()
    let path = ledger.directory.appending(path: "other-totals.sqlite")
    try Data(repeating: 7, count: 8192).write(to: path)
    let other = TotalsFile(beside: ledger.directory.appending(path: "other.sqlite").path)
    #expect(try await other.mark() == .init())
  }

  @Test("while the server runs the totals follow the ledger, and its end is theirs")
  func carrier() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let (rests, rested) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      let carrier = TotalsCarrier(
        store: ledger.store, interval: .milliseconds(1),
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      ) { rested.yield() }
      let running = Task { try await carrier.run() }
      var rest = rests.makeAsyncIterator()
      for _ in 0..<2 {
        _ = try await service.submit(try await ledger.sale(1))
        let last = try await ledger.store.read { try $0.lastSequence() }
        // The first of these may have begun before the sale; the second has not.
        _ = (await rest.next(), await rest.next(), await rest.next())
        #expect(try await ledger.store.totals.mark().sequence == last)
      }
      running.cancel()
      try await running.value
    }
  }

  @Test("a report says what people hold, what happened to cards, and what is not settled")
  func surroundings() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await service.submit(try await ledger.sale(100))
      let user = try await ledger.link(LedgerFixture.otherTag)
      let number = try await ledger.store.read { try $0.card(tag: LedgerFixture.otherTag)?.numberPrinted }
      _ = try await service.submit(LoseCard(signer: user, body: ["number_printed": JSON(number)]))
      let now = ledger.time.withLock { $0 }
      let debit = try DebitRequest([
        "id": JSON(EntityID.random().text), "card": JSON(LedgerFixture.tag), "is_offline": true,
        "decided_at": JSON(now.wire), "parts": [["asset": JSON(ledger.euro.uuid.text), "amount": 900]],
      ])
      _ = try await service.submit(PostDebit(place: ledger.place.uuid, debit: debit))
    }
    let now = ledger.time.withLock { $0.adding(seconds: 1) }
    let report = { (from: LedgerTime?) in
      try await ledger.store.report(ReportRequest(from: from), place: ledger.place, now: now) { $0 }
    }
    let all = try await report(LedgerTime(microseconds: 0))
    #expect(all["outstanding"]?.elements?.compactMap { $0["amount"]?.int64 } == [400, 0])
    #expect(all["cards"] == ["issued": 3, "lost": 1, "replaced": 0, "unblocked": 0])
    #expect(all["unsettled"] == ["count": 1, "amount": 900])
    // Without a beginning, it is the day's.
    let today = try await report(nil)
    #expect(today["from"]?.text == "2026-09-20T22:00:00Z")
    #expect(today["cards"]?["issued"]?.int64 == 0)
    #expect(today["rows"] == all["rows"])
    await #expect(throws: Refusal.self) { try await report(now.adding(seconds: 1)) }
  }
}
