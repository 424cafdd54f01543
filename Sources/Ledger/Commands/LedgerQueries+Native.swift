import FedowProtocol
import Model

/// The native calls that only read.
extension LedgerQueries {
  /// The most entries of the audit trail in one answer.
  public static let auditLimit = 1000

  /// `GET /v1/cards/{TAG}/` of a card that has a wallet; nil when it is to be opened first, by `ReadKioskCard`.
  public func kioskCard(tag: String, place: EntityID, now: LedgerTime) throws -> Answer? {
    try store.lookUp { try ReadKioskCard.answer(tag: tag, place: place, now: now, in: $0) }
  }

  /// `GET /v1/debits/{id}/`: what became of any id.
  /// - Throws: `Refusal` with `not_found` when the ledger never decided about it.
  public func debit(id: EntityID, place: EntityID) async throws -> Answer {
    try await store.read { books in
      guard let debit = try books.debit(id, of: place) else {
        throw Refusal(.notFound, "No debit of this id was made for this place.")
      }
      return try debit.report
    }
  }

  /// `GET /v1/devices/`.
  public func devices(place: EntityID, caller: EntityID?) async throws -> Answer {
    try await store.read { books in
      Answer(.array(try books.devices(of: place).map { $0.json(isThis: $0.uuid == caller) }))
    }
  }

  /// `GET /v1/policy/`.
  public func policy(place: EntityID) async throws -> Answer {
    try await store.read { books in
      let policy = try books.policy(of: place)
      return Answer(policy.json(timeZone: try policy.timeZone ?? books.timeZone()))
    }
  }

  /// `GET /v1/unsettled/`: the offline debits of the place that were refused and that nobody settled.
  public func unsettled(place: EntityID) async throws -> Answer {
    try await store.read { books in
      Answer(
        .array(
          try books.unsettledDebits(of: place).map { debit in
            [
              "debit": JSON(debit.id.text), "tag": JSON(debit.tag),
              "number_printed": JSON(try debit.card.flatMap { try books.card($0) }?.numberPrinted),
              "amount": JSON(debit.amount), "code": JSON(debit.code), "decided_at": JSON(debit.decidedAt.wire),
              "device": JSON(debit.device?.text),
            ]
          }))
    }
  }

  /// `GET /v1/audit/`: what was done at the place after an entry, oldest first.
  public func audit(place: EntityID, after number: Int64) async throws -> Answer {
    try await store.read { books in
      Answer(.array(try books.auditTrail(of: place, after: number, limit: Self.auditLimit).map(\.json)))
    }
  }
}

extension Books.Debit {
  /// What is answered to who asks for the id.
  var report: Answer {
    get throws {
      var object = try JSON.parse(answer.body).object ?? JSONObject()
      switch state {
      case .posted: return Answer(status: 200, body: answer.body)
      case .refused:
        object["id"] = JSON(id.text)
        object["state"] = JSON(state.rawValue)
        object["settlement"] = JSON(settlement?.rawValue)
      case .voided:
        object["state"] = JSON(state.rawValue)
        object["void"] = try voidBody.map { try JSON.parse($0) } ?? .null
      }
      return Answer(.object(object))
    }
  }
}
