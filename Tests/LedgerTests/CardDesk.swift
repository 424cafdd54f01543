import FedowProtocol
import Foundation
import Model

@testable import Ledger

/// A place's desk: what its operator does with cards, in short.
struct CardDesk: Sendable {
  let ledger: LedgerFixture
  let place: EntityID
  let device = EntityID.random()

  init(_ ledger: LedgerFixture, at place: Books.Place? = nil) {
    self.ledger = ledger
    self.place = (place ?? ledger.place).uuid
  }

  var changer: CardChanger { .place(place, device: device) }

  func body(_ fields: JSONObject = JSONObject(), id: EntityID = EntityID.random()) -> JSON {
    var fields = fields
    fields["id"] = JSON(id.text)
    fields["operator_card"] = JSON(LedgerFixture.operatorTag)
    return .object(fields)
  }

  func submit(_ command: any LedgerCommand) async throws -> JSON {
    try JSON.parse(try await ledger.service.submit(command).body)
  }

  func lost(_ tag: String) async throws -> JSON { try await submit(BlockCard.lost(tag, by: changer, body: body())) }

  func unblock(_ tag: String) async throws -> JSON {
    try await submit(BlockCard.unblock(tag, by: changer, body: body()))
  }

  func reassign(
    _ tag: String, to new: String, id: EntityID = EntityID.random(), withPrimary: Bool = false
  ) async throws -> JSON {
    try await submit(
      ReassignCard(
        tag, by: changer,
        body: body(JSONObject([("to", JSON(new)), ("with_primary", .bool(withPrimary))]), id: id)))
  }

  func undo(_ id: EntityID) async throws -> JSON {
    try await submit(UndoReassignment(id, by: changer, body: body()))
  }

  func debit(_ tag: String, _ amount: Int64, id: EntityID = EntityID.random()) throws -> PostDebit {
    PostDebit(
      place: place, device: device,
      debit: try DebitRequest([
        "id": JSON(id.text), "card": JSON(tag),
        "parts": [["asset": JSON(ledger.euro.uuid.text), "amount": JSON(amount)]],
      ]))
  }

  /// The code of a debit's refusal; nil when it was posted.
  func pay(_ tag: String, _ amount: Int64) async throws -> String? {
    try await submit(try debit(tag, amount))["code"]?.text
  }

  func sheet(_ tag: String) async throws -> JSON {
    let (place, now) = (place, ledger.time.withLock { $0 })
    return try await ledger.store.read { books in
      guard let card = try books.card(tag: tag) else { throw Refusal(.cardUnknown) }
      return try books.sheet(card, reader: place, now: now)
    }
  }

  func audited() async throws -> [String] {
    let place = place
    return try await ledger.store.read { try $0.auditTrail(of: place, after: 0, limit: 1000).map(\.what) }
  }

  /// The code of what was refused.
  func code(_ work: () async throws -> JSON) async -> String? {
    do {
      _ = try await work()
      return nil
    } catch let refusal as Refusal {
      return refusal.code.rawValue
    } catch let rejection as Rejection {
      return try? JSON.parse(rejection.answer.body)["code"]?.text
    } catch {
      return "\(error)"
    }
  }
}
