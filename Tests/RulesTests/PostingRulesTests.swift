import Model
import TestKit
import Testing

@testable import Rules

@Suite("Posting rules")
struct PostingRulesTests {
  private let issuer = EntityID.random()
  private let holder = EntityID.random()

  private func terms(_ category: AssetCategory = .localFiat) -> AssetTerms {
    AssetTerms(asset: EntityID.random(), category: category, issuerWallet: issuer)
  }

  private func movements(
    _ action: TransactionAction, from sender: EntityID, to receiver: EntityID, _ amount: Int64,
    category: AssetCategory = .localFiat, toPrimary: Bool = false
  ) throws -> [Movement] {
    try PostingRules.movements(
      of: Posting(
        action: action, sender: sender, receiver: receiver, terms: terms(category),
        amount: Amount(minorUnits: amount)),
      correctionTakesFromSender: toPrimary)
  }

  @Test(
    "each action moves what the protocol's table says",
    arguments: [
      (TransactionAction.refill, AssetCategory.localFiat, [Int64(-7), 7]),
      (.membership, .membership, [7]),
    ])
  func fromIssuer(action: TransactionAction, category: AssetCategory, deltas: [Int64]) throws {
    #expect(try movements(action, from: issuer, to: holder, 7, category: category).map(\.delta) == deltas)
  }

  @Test(
    "each action moves what the protocol's table says, from a holder",
    arguments: [
      (TransactionAction.sale, AssetCategory.localFiat, [Int64(-7), 7]), (.qrCodeSale, .localFiat, [-7, 7]),
      (.fusion, .gift, [-7, 7]), (.transfer, .localFiat, [-7, 7]),
      (.refund, .localFiat, [-7]), (.refund, .gift, [-7]), (.refund, .federated, [-7]),
      (.bankDeposit, .localFiat, [-7]), (.correction, .localFiat, [7]),
    ])
  func fromHolder(action: TransactionAction, category: AssetCategory, deltas: [Int64]) throws {
    #expect(try movements(action, from: holder, to: issuer, 7, category: category).map(\.delta) == deltas)
  }

  @Test("federated money that a place paid back in cash is the place's")
  func refundByPlace() throws {
    let place = EntityID.random()
    #expect(
      try movements(.refund, from: holder, to: place, 7, category: .federated)
        == [Movement(wallet: holder, delta: -7), Movement(wallet: place, delta: 7)])
  }

  @Test("a correction towards the server's wallet takes from the sender")
  func correctionToPrimary() throws {
    #expect(try movements(.correction, from: holder, to: issuer, 7, toPrimary: true).map(\.delta) == [-7])
  }

  @Test("a creation counts once, though sender and receiver are the same wallet")
  func creation() throws {
    #expect(try movements(.creation, from: issuer, to: issuer, 7) == [Movement(wallet: issuer, delta: 7)])
  }

  @Test("badge, void and first block move nothing, and refuse an amount", arguments: [TransactionAction.badge, .void])
  func nothingMoves(action: TransactionAction) throws {
    #expect(try movements(action, from: holder, to: issuer, 0).map(\.delta) == [0])
    #expect(throws: Refusal.self) { try movements(action, from: holder, to: issuer, 1) }
  }

  @Test("who is not the issuer neither creates nor refills")
  func onlyTheIssuer() {
    #expect(throws: Refusal(.assetNotAccepted, "Only its issuer creates an asset.")) {
      try movements(.creation, from: holder, to: holder, 7)
    }
    #expect(throws: Refusal(.assetNotAccepted, "Only the place that issues an asset may refill it.")) {
      try PostingRules.refill(terms: terms(), from: holder, to: issuer, amount: Amount(minorUnits: 7))
    }
  }

  @Test("an amount is never negative, and a balance neither goes below zero nor overflows")
  func bounds() throws {
    #expect(throws: Refusal(.amountInvalid, "An amount is never negative.")) {
      try movements(.sale, from: holder, to: issuer, -1)
    }
    #expect(try PostingRules.balance(after: Movement(wallet: holder, delta: -5), from: 5) == 0)
    #expect(throws: Refusal(.insufficientFunds)) {
      try PostingRules.balance(after: Movement(wallet: holder, delta: -6), from: 5)
    }
    #expect(throws: Refusal.self) { try PostingRules.balance(after: Movement(wallet: holder, delta: 1), from: .max) }
  }

  @Test("at most so much is made at once; what was made may move together, however much it is")
  func atOnce() throws {
    let most = Amount.largest.minorUnits
    try PostingRules.checkIsNotTooMuch(try movements(.creation, from: issuer, to: issuer, most))
    #expect(throws: Refusal(.amountInvalid, "At most 1000000000.00 can be made at once.")) {
      try PostingRules.checkIsNotTooMuch(try movements(.creation, from: issuer, to: issuer, most + 1))
    }
    try PostingRules.checkIsNotTooMuch(try movements(.fusion, from: holder, to: issuer, .max))
    try PostingRules.checkIsNotTooMuch(try movements(.refund, from: holder, to: issuer, .max))
  }

  @Test(
    "after any sequence nothing is negative, and what is held is what was created less what was paid out",
    arguments: 0..<40)
  func conservation(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 1)
    let wallets = [issuer] + (0..<4).map { _ in EntityID.random() }
    let terms = AssetTerms(asset: EntityID.random(), category: .localFiat, issuerWallet: issuer)
    var balances: [EntityID: Int64] = [:]
    var supply: Int64 = 0
    for _ in 0..<400 {
      guard let action = TransactionAction.allCases.randomElement(using: &random),
        let sender = wallets.randomElement(using: &random), let receiver = wallets.randomElement(using: &random)
      else { continue }
      let amount = Amount(minorUnits: Int64.random(in: -2...60, using: &random))
      let single = Posting(action: action, sender: sender, receiver: receiver, terms: terms, amount: amount)
      let isRefill = action == .refill
      do {
        let postings =
          isRefill ? try PostingRules.refill(terms: terms, from: sender, to: receiver, amount: amount) : [single]
        // All or nothing, as the writer's savepoint makes it.
        var after = balances
        var supplyAfter = supply
        for posting in postings {
          let movements = try PostingRules.movements(of: posting)
          for movement in movements {
            after[movement.wallet] = try PostingRules.balance(after: movement, from: after[movement.wallet] ?? 0)
          }
          supplyAfter += PostingRules.supplyChange(of: movements)
        }
        (balances, supply) = (after, supplyAfter)
      } catch {
        continue
      }
      #expect(balances.values.allSatisfy { $0 >= 0 })
      #expect(balances.values.reduce(0, +) == supply)
    }
    #expect(supply > 0)
  }
}
