import FedowProtocol
import Model
import Rules
import Testing

@testable import Kiosk

/// What becomes of a debit whose answer was lost, where the chain, the card or the list of a Fedow server does not show all.
@Suite struct FedowInquiryTests {
  private let books = FedowBooks(clock: ManualClock())

  /// A debit of the place's own money, of which the card holds 5.00, decided after one sale of it.
  private func debit(_ amount: Int64 = 350) async throws -> SignedDebit {
    books.sellElsewhere(books.own, 100)
    books.refillElsewhere(books.own, 100)
    let part = Allocation(asset: books.own, assetName: "TLF", amount: Amount(minorUnits: amount))
    return try books.sign(
      DebitOrder(id: .random(), reading: try await books.readCard(""), parts: [part], comment: nil))
  }

  private var last: String? { books.script { $0.transactions.last?["uuid"]?.text } }

  private func isPosted(_ debit: SignedDebit, isUnrecorded: Bool = false) async -> Bool {
    if case .posted(let receipt) = await books.inquire(debit, isSettled: true) {
      return receipt.isUnrecorded == isUnrecorded
    }
    return false
  }

  @Test(
    "another till's sale that a fork hides is not taken for the debit, whatever its sum", arguments: [340, 350, 390])
  func forked(hidden: Int64) async throws {
    let debit = try await debit()
    let before = last
    books.sellElsewhere(books.own, hidden)
    books.sellElsewhere(books.own, 10, previous: before)
    #expect(await books.inquire(debit, isSettled: true) == .absent)
  }

  @Test("nor one that is too far back to be followed to")
  func long() async throws {
    let debit = try await debit()
    books.sellElsewhere(books.own, 350)
    for _ in 0...FedowInquiry.longestTrail { books.sellElsewhere(books.own, 1, to: .random()) }
    books.sellElsewhere(books.own, 10)
    #expect(await books.inquire(debit, isSettled: true) == .absent)
    books.script { $0.faults = [.unrecorded] }
    books.refillElsewhere(books.own, 350)
    _ = await books.post(debit, isOnly: true, isUrgent: true)
    #expect(await isPosted(debit, isUnrecorded: true))
  }

  @Test("a debit that the server wrote nothing about is seen beside a sale that a fork hides")
  func unrecorded() async throws {
    let debit = try await debit()
    let before = last
    books.sellElsewhere(books.own, 100)
    books.script { $0.faults = [.unrecorded] }
    _ = await books.post(debit, isOnly: true, isUrgent: true)
    books.sellElsewhere(books.own, 10, previous: before)
    #expect(await isPosted(debit, isUnrecorded: true))
  }

  @Test("what other tills do while the list is written is not in the balance that was read before")
  func meanwhile() async throws {
    let debit = try await debit()
    let before = last
    books.sellElsewhere(books.own, 100)
    books.sellElsewhere(books.own, 10, previous: before)
    let books = books
    books.script { $0.beforeListing = { books.refillElsewhere(books.own, 350) } }
    #expect(await books.inquire(debit, isSettled: true) == .absent)
  }

  @Test("of a lost card's wallet nobody knows what it holds: the list says whether the debit was made")
  func lost() async throws {
    let whole = try await debit(500)
    books.lose()
    #expect(await books.inquire(whole, isSettled: true) == .absent)
    _ = await books.post(whole, isOnly: true, isUrgent: true)
    #expect(await isPosted(whole))
  }

  @Test("a card that was linked to a person has brought them all that the debit left")
  func linked() async throws {
    for isMade in [true, false] {
      let debit = try await debit()
      books.script { $0.faults = [.unrecorded] }
      if isMade { _ = await books.post(debit, isOnly: true, isUrgent: true) }
      books.link(to: .random())
      let outcome = await books.inquire(debit, isSettled: true)
      if isMade { #expect(await isPosted(debit, isUnrecorded: true)) } else { #expect(outcome == .absent) }
      books.script { $0 = FedowBooks.State(balances: [books.own: 500]) }
    }
  }

  @Test(
    "what is no whole list of transactions tells nothing",
    arguments: [
      "", "{\"detail\": [{}]}", "[{\"uuid\": \"1\"}", "[]]", "]",
      "[{\"comment\": \"\(String(repeating: "x", count: 1 << 20))\"}]",
    ])
  func noList(text: String) async throws {
    let debit = try await debit()
    let before = last
    books.sellElsewhere(books.own, 100)
    books.sellElsewhere(books.own, 10, previous: before)
    books.script { $0.list = text }
    guard case .undecided = await books.inquire(debit, isSettled: true) else {
      Issue.record("believed")
      return
    }
    books.script { $0.list = #" [{"uuid": "1", "comment": "]}\\\"]}", "parts": [{}]}]"# + "\n" }
    #expect(await books.inquire(debit, isSettled: true) == .absent)
  }

  @Test("the creation of the money of a give-back is not the give-back, also in the list")
  func creation() async throws {
    let debit = try await debit()
    let before = last
    let void = try books.sign(
      VoidOrder(
        id: .random(), debit: debit.id, card: debit.card, wallet: debit.wallet, operatorCard: nil, reason: "voided",
        own: .init(asset: books.own, amount: Amount(minorUnits: 350), witness: debit.witness)))
    books.script { $0.faults = [.createdOnly] }
    _ = await books.post(void, isOnly: true, isUrgent: true)
    books.sellElsewhere(books.own, 20)
    books.sellElsewhere(books.own, 10, previous: before)
    #expect(await books.inquire(void, isSettled: true) == .absent)
    _ = await books.post(void, isOnly: true, isUrgent: true)
    #expect(await isPosted(void))
  }
}
