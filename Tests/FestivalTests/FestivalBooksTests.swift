import FedowProtocol
import Model
import Testing

@testable import Festival

@Suite("The books of an evening, held against the ledger's")
struct FestivalBooksTests {
  private let wallets = (0..<2).map { _ in EntityID.random() }

  private func visitors(_ balances: [Int64]) -> [Visitor] {
    balances.enumerated().map { Visitor(tag: "CARD\($0)", wallet: wallets[$0], balance: $1) }
  }

  private func record(
    _ act: Act, card: Int = 0, _ amount: Int64, _ outcome: ActOutcome? = nil, sent: Int = 0
  ) -> ActRecord {
    let planned = PlannedAct(act: act, due: .zero, stall: 0, till: 0, card: card, amount: amount)
    return ActRecord(
      act: planned, outcome: outcome ?? .done(amount: amount), sent: .seconds(sent), answered: .seconds(sent + 1))
  }

  private func verdict(_ records: [ActRecord], cards: [Int64], place: Int64) -> FestivalVerdict {
    var books = FestivalBooks(visitors: visitors([1000, 1000]), stallWallets: [0])
    books.enter(records)
    return books.verdict(cards: visitors(cards), stallWallets: [place])
  }

  @Test("agree when every answer is in a balance")
  func sound() {
    let records = [
      record(.sale, 300), record(.refill, card: 1, 200), record(.sale, 100, .refused("insufficient_funds")),
      record(.refund, card: 1, 0, .done(amount: 1200)), record(.sale, 50, .notSent("not_sent")),
    ]
    #expect(
      verdict(records, cards: [700, 0], place: 300) == FestivalVerdict(cards: 2, places: 1, uncertain: 0, breaks: []))
  }

  @Test("show a debit that was made twice, a lost one, and one of a place")
  func breaks() {
    #expect(verdict([record(.sale, 300)], cards: [400, 1000], place: 600).breaks.count == 2)
    #expect(verdict([record(.sale, 300)], cards: [1000, 1000], place: 0).breaks.count == 2)
    #expect(verdict([record(.sale, 300)], cards: [700, 1000], place: 0).breaks.count == 1)
    #expect(!verdict([record(.sale, 100, .refused("blocked_card"))], cards: [900, 1000], place: 100).isSound)
  }

  @Test("hold what was never answered to what may have been, and no more")
  func uncertain() {
    let open = [record(.sale, 300, .uncertain("no_answer"))]
    #expect(verdict(open, cards: [700, 1000], place: 300).isSound)
    #expect(verdict(open, cards: [1000, 1000], place: 0).isSound)
    #expect(!verdict(open, cards: [400, 1000], place: 600).isSound)
    #expect(verdict(open, cards: [700, 1000], place: 300).uncertain == 1)
  }

  @Test("show a receipt over another amount, and a card that pays after it was reported")
  func answers() {
    #expect(verdict([record(.sale, 300, .done(amount: 200))], cards: [800, 1000], place: 200).breaks.count == 1)
    let loss = record(.loss, 0, .done(amount: 0), sent: 10)
    #expect(verdict([loss, record(.find, 100, sent: 12)], cards: [900, 1000], place: 100).breaks.count == 1)
    #expect(verdict([loss, record(.sale, 100, sent: 9)], cards: [900, 1000], place: 100).isSound)
  }

  @Test("a receipt is read in either dialect, and a refusal by its code or its words")
  func outcomes() throws {
    let asset = EntityID.random()
    let act = record(.sale, 300).act
    let read = { (status: Int, body: String) in
      ActOutcome(act, answer: .init(status: status, body: Array(body.utf8)), asset: asset)
    }
    guard case .done(300) = read(201, #"{"amount": 300}"#) else { throw Unexpected() }
    guard case .done(250) = read(201, #"{"transactions": [{"asset": "\#(asset)", "amount": 250}]}"#) else {
      throw Unexpected()
    }
    #expect(read(402, #"{"code": "insufficient_funds"}"#).code == "insufficient_funds")
    #expect(read(400, #"{"non_field_errors": ["Not enough token on sender wallet"]}"#).code?.hasPrefix("Not") == true)
    guard case .uncertain = read(201, "<html>"), case .uncertain = read(502, "") else { throw Unexpected() }
  }

  private struct Unexpected: Error {}
}
