import FedowProtocol
import Kiosk
import Model
import Rules
import Transport

extension FuzzTarget {
  private static let id = EntityID("2187852c-f6b5-4dcb-a858-f0777f4ef73d")
  private static let now: Int64 = 1_790_000_000_000_000

  /// Whoever answers in a ledger's place gets a debit decided within what the answer itself says, and no receipt for
  /// another one. The answers of one inquiry follow each other, a zero byte between; the first is also read as a card.
  static func answers(_ bytes: [UInt8]) throws(Finding) {
    guard let id else { throw Finding("a uuid is none") }
    let bodies = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    let native = NativeDialect(
      primaryCard: nil, identity: NativeDialect.Identity(place: id, placeWallet: id, device: nil))
    let fedow = FedowDialect(placeWallet: id, primaryCard: "333C9A6E")
    for dialect in [native, fedow] as [any LedgerDialect] {
      if let reading = dialect.reading(parsing: bodies[0]) { try decide(reading, placeWallet: id) }
      for path in ["/v1/debits/", "/v1/debits/\(id)/void/"] {
        try inquire(dialect, debit(id, path: path, amount: "120"), bodies)
      }
      try inquire(dialect, debit(id, path: "/transaction/", amount: "-9223372036854775808"), bodies)
    }
    if let json = try? JSON.parse(bodies[0]) {
      _ = (KioskPolicy(json), Hotlist(json))
      if let receipt = Receipt(json) {
        try Finding.unless(Receipt(receipt.json) == receipt, "the receipt is kept as another one")
      }
    }
  }

  private static func debit(_ id: EntityID, path: String, amount: String) -> SignedDebit {
    SignedDebit(
      id: id, card: "68B87420", wallet: id, path: path,
      body: Array("{\"amount\": \(amount), \"sender\": \"\(id)\"}".utf8), signature: "", witness: "\(id) \(id) 5000 ")
  }

  private static func inquire(_ dialect: any LedgerDialect, _ debit: SignedDebit, _ bodies: [[UInt8]]) throws(Finding) {
    for status in [200, 201, 400, 404, 409, 500] {
      let answer = HTTPResponse(status: status, body: bodies[0])
      if case .posted(let receipt) = dialect.outcome(of: debit, answer: answer, isOnly: status != 409) {
        try Finding.unless(receipt.id == debit.id, "a receipt for \(receipt.id)")
      }
    }
    for isSettled in [false, true] {
      var inquiry = dialect.inquiry(about: debit, isSettled: isSettled)
      var step = inquiry.next(after: nil)
      for body in bodies {
        if case .conclude(let outcome) = step {
          if case .posted(let receipt) = outcome {
            try Finding.unless(receipt.id == debit.id, "an inquiry found \(receipt.id)")
          }
          break
        }
        step = inquiry.next(after: HTTPResponse(status: 200, body: body))
      }
    }
  }

  /// A card pays what it is asked for, by money that it was said to have, or nothing.
  private static func decide(_ reading: CardReading, placeWallet: EntityID) throws(Finding) {
    let situation = OfflineSituation(
      policy: OfflinePolicy(
        isAllowed: true, perCard: Amount(minorUnits: 5000), perDevice: Amount(minorUnits: 9000), longest: .seconds(60),
        hotlistLongest: nil),
      sinceContact: .seconds(1), hotlistAge: nil, spentByCard: Amount(minorUnits: 10), spentByDevice: .zero,
      hasRoom: true)
    for contact in [LedgerContact.online, .offline(situation)] {
      let facts = CardFacts(card: reading.card, authorities: reading.authorities, standing: reading.standing)
      let question = DebitQuestion(
        amount: Amount(minorUnits: 120), placeWallet: placeWallet, card: facts, acceptsPart: true, now: now,
        contact: contact)
      guard case .approve(let plan) = DebitEngine.decide(question) else { continue }
      var sum = plan.missing.minorUnits
      for part in plan.parts {
        let held = reading.card.holdings.filter { $0.asset == part.asset }.map(\.balance).max() ?? .zero
        try Finding.unless(part.amount > .zero && part.amount <= held, "\(part) of \(held)")
        sum += part.amount.minorUnits
      }
      try Finding.unless(sum == 120, "a charge of 1.20 becomes \(plan)")
      let assets = Set(plan.parts.map(\.asset))
      try Finding.unless(assets.count == plan.parts.count, "one asset pays twice: \(plan)")
    }
  }
}
