import FedowProtocol
import Model
import Rules

/// `POST /v1/clearings/{id}/...`: what a place says of a clearing that concerns it.
public struct AnswerClearing: LedgerCommand {
  /// What it says.
  public enum Act: String, Sendable {
    /// It agrees to its position.
    case agree
    /// It does not.
    case decline
    /// It paid by a bank transfer.
    case declare
    /// It was paid by one.
    case confirm
    /// It asks for what all agreed to, once what stood in the way is gone.
    case settle
  }

  let act: Act
  let place: EntityID
  let device: EntityID?
  let clearing: EntityID
  let body: JSON

  /// What this body says, for this place.
  public init(_ act: Act, place: EntityID, device: EntityID?, clearing: EntityID, body: JSON) {
    self.act = act
    self.place = place
    self.device = device
    self.clearing = clearing
    self.body = body
  }

  /// 200 with the clearing as it is now; what was said before is said once.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let body = try NativeBody(body)
    let said = try read(body)
    let tag = try body.optionalText("operator_card", atMost: 20)
    _ = try ledger.operatorCard(tag: tag, at: place)
    let proposal = try perform(
      said, ClearingParty(place: place, device: device, operatorCard: tag), ledger)
    return Answer(try ledger.books.json(of: proposal, reader: place.uuid, at: ledger.now))
  }

  /// What the body says, all fields of it read before anything is looked up.
  private struct Said {
    var part: Int64?
    var net: Int64?
    var payment: Int64 = 0
    var text: String?
    var paidOn = ""
  }

  private func read(_ body: NativeBody) throws(Refusal) -> Said {
    var said = Said(part: try body.limit("part"))
    switch act {
    case .agree:
      guard let net = body.value("net")?.int64 else {
        throw Refusal(
          .requestMalformed, "net is this place's position in minor units, below zero when it pays."
        )
      }
      said.net = net
    case .decline: said.text = try body.optionalText("reason", atMost: 1000)
    case .settle: break
    case .declare, .confirm:
      guard let payment = try body.limit("payment"), said.part != nil else {
        throw Refusal(.requestMalformed, "part and payment are the numbers of the payment.")
      }
      said.payment = payment
      guard act == .declare else { break }
      said.text = try body.text("reference", atMost: 200)
      said.paidOn = try Self.day(try body.text("paid_on", atMost: 10))
    }
    return said
  }

  /// A day like 2026-11-24.
  /// - Throws: `Refusal` with `request_malformed`.
  static func day(_ text: String) throws(Refusal) -> String {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count == 10, parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
      let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]),
      CivilDate.days(year: year, month: month, day: day) != nil
    else { throw Refusal(.requestMalformed, "paid_on is a day like 2026-11-24.") }
    return text
  }

  private func perform(_ said: Said, _ party: ClearingParty, _ ledger: LedgerWriter) throws
    -> ClearingProposal
  {
    switch act {
    case .agree: return try ledger.agree(to: clearing, part: said.part, net: said.net, party)
    case .decline: return try ledger.decline(clearing, part: said.part, reason: said.text, party)
    case .declare:
      return try ledger.declare(
        clearing, part: said.part ?? 0, payment: said.payment, reference: said.text ?? "",
        paidOn: said.paidOn, party)
    case .confirm:
      return try ledger.confirm(clearing, part: said.part ?? 0, payment: said.payment, party)
    case .settle: return try ledger.settle(clearing, part: said.part, party)
    }
  }
}

extension LedgerQueries {
  /// `GET /v1/clearings/`: those that concern a place, newest first.
  public func clearings(place: EntityID, now: LedgerTime) async throws -> Answer {
    try await store.read { books in
      let books = books.at(now)
      return Answer(
        .array(
          try books.clearings(of: place).map { try books.json(of: $0, reader: place, at: now) }))
    }
  }

  /// `GET /v1/clearings/{id}/`: one that concerns a place.
  /// - Throws: `Refusal` with `not_found`.
  public func clearing(_ id: EntityID, place: EntityID, now: LedgerTime) async throws -> Answer {
    try await store.read { books in
      let books = books.at(now)
      guard let proposal = try books.clearing(id),
        proposal.parts.contains(where: { $0.parties.contains { $0.place == place } })
      else { throw Refusal(.notFound, "No clearing '\(id)' concerns this place.") }
      return Answer(try books.json(of: proposal, reader: place, at: now))
    }
  }
}
