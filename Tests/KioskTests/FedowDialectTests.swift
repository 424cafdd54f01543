import FedowProtocol
import Kiosk
import Model
import Rules
import Testing
import Transport

/// The real server's answers, shortened from recordings 62 to 78.
@Suite struct FedowDialectTests {
  private let place = EntityID.random()
  private let asset = EntityID.random()
  private let wallet = EntityID.random()
  private let tap = EntityID.random()

  private var dialect: FedowDialect { FedowDialect(placeWallet: place, primaryCard: "333C9A6E") }

  private func card(value: Int64, last: (uuid: String, tap: EntityID?)?) -> JSON {
    let transaction: JSON =
      last.map { last in
        let metadata: JSON = last.tap.map { ["tap": JSON($0.text)] } ?? nil
        return [
          "uuid": JSON(last.uuid), "hash": "ab", "datetime": "2026-11-23T00:49:32.457890Z", "asset": JSON(asset.text),
          "amount": 350, "metadata": metadata, "action": "SAL", "sender": JSON(wallet.text),
        ]
      } ?? nil
    return [
      "first_tag_id": "68B87420",
      "wallet": [
        "uuid": JSON(wallet.text),
        "tokens": [
          [
            "value": JSON(value), "asset": ["wallet_origin": JSON(place.text)], "asset_uuid": JSON(asset.text),
            "asset_name": "Euro du Bar", "asset_category": "TLF", "last_transaction": transaction,
          ]
        ],
      ], "number_printed": "FB97E06A", "is_wallet_ephemere": true,
    ]
  }

  private func order(parts: Int = 1) throws -> DebitOrder {
    let before = card(value: 1000, last: (EntityID.zero, nil))
    let part = Allocation(asset: asset, assetName: "Euro du Bar", amount: Amount(minorUnits: 350))
    return DebitOrder(
      id: tap, reading: try #require(CardReading(parsing: Array(before.compact.utf8))),
      parts: Array(repeating: part, count: parts), comment: nil)
  }

  private func debit() throws -> SignedDebit {
    try dialect.sign(try order(), with: try ScriptedLedger.credentials.get())
  }

  private func found(_ card: JSON, isSettled: Bool = true) throws -> DebitOutcome? {
    var inquiry = dialect.inquiry(about: try debit(), isSettled: isSettled)
    _ = inquiry.next(after: nil)
    let step = inquiry.next(after: HTTPResponse(status: 200, body: Array(card.compact.utf8)))
    if case .conclude(let outcome) = step { return outcome }
    return nil
  }

  @Test func theBodyHasTheKeysInTheOrderOfTheTills() throws {
    let body = try JSON.parse(try debit().body)
    #expect(
      body.object?.keys == [
        "amount", "sender", "receiver", "asset", "comment", "metadata", "user_card_firstTagId",
        "primary_card_fisrtTagId",
      ])
    #expect(body["metadata"]?["tap"]?.text == tap.text)
    #expect(body["sender"]?.text == wallet.text)
  }

  @Test func oneCallTakesOneMoney() throws {
    #expect {
      try dialect.sign(try order(parts: 2), with: try ScriptedLedger.credentials.get())
    } throws: {
      ($0 as? Refusal)?.code == .ledgerRefused
    }
  }

  @Test func ourTapInTheLastTransactionIsProofThatItWasPosted() throws {
    guard case .posted(let receipt) = try found(card(value: 650, last: (EntityID.random().text, tap))) else {
      Issue.record("not found")
      return
    }
    #expect(receipt.balances.first?.before == Amount(minorUnits: 1000))
    #expect(receipt.balances.first?.after == Amount(minorUnits: 650))
  }

  @Test func theSameLastTransactionAsBeforeIsProofThatNothingWasPosted() throws {
    #expect(try found(card(value: 1000, last: (EntityID.zero, nil))) == .absent)
  }

  @Test func thatNothingWasPostedIsNotBelievedWhileItMayStillArrive() throws {
    guard case .undecided = try found(card(value: 1000, last: (EntityID.zero, nil)), isSettled: false) else {
      Issue.record("guessed")
      return
    }
  }

  @Test func moneyThatWentWithoutATransactionIsNotTakenAgain() throws {
    guard case .posted(let receipt) = try found(card(value: 650, last: (EntityID.zero, nil))) else {
      Issue.record("taken again")
      return
    }
    #expect(receipt.isUnrecorded)
    #expect(Receipt(receipt.json) == receipt)
  }

  @Test func moreThanTheDebitThatWentWithoutATransactionLeavesItInDoubt() throws {
    guard case .undecided = try found(card(value: 649, last: (EntityID.zero, nil))) else {
      Issue.record("guessed")
      return
    }
    #expect(try found(card(value: 651, last: (EntityID.zero, nil))) == .absent)
  }

  @Test func aDebitWhoseAnswerIsAnotherOnesIsNotItsReceipt() throws {
    let other: JSON = [
      "uuid": JSON(EntityID.random().text), "hash": "ab", "datetime": "2026-11-23T00:49:32.457890Z",
      "asset": JSON(asset.text), "amount": 350, "metadata": ["tap": JSON(EntityID.random().text)],
    ]
    let answer = HTTPResponse(status: 201, body: Array(other.compact.utf8))
    guard case .undecided = dialect.outcome(of: try debit(), answer: answer, isOnly: true) else {
      Issue.record("believed")
      return
    }
  }

  @Test(arguments: [
    (#"{"non_field_errors":["Not enough token on sender wallet"]}"#, Refusal.Code.insufficientFunds),
    (#"{"non_field_errors":["Asset not accepted"]}"#, .assetNotAccepted),
    (#"{"primary_card_fisrtTagId":["Carte primaire non valide"]}"#, .ledgerRefused),
  ])
  func theServersSentencesBecomeCodes(body: String, code: Refusal.Code) throws {
    let answer = HTTPResponse(status: 400, body: Array(body.utf8))
    guard case .refused(let refusal) = dialect.outcome(of: try debit(), answer: answer, isOnly: true) else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.code == code)
  }
}

extension EntityID {
  fileprivate static var zero: String { "00000000-0000-4000-8000-000000000000" }
}
