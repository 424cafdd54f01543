import FedowProtocol
import Model
import Rules

extension Administration {
  /// Where the places of a federation stand now; nothing of it is stored.
  public func clearingPositions(_ request: ClearingRequest) async throws -> JSON {
    try await store.withClock(clock).read { [clock] books in
      let now = clock()
      return try books.json(of: books.clearing(request, id: EntityID.random(), now: now), at: now)
    }
  }

  /// Proposes a clearing to the places that it concerns.
  ///
  /// The claims are counted beside the writer, so that no sale waits for it; a settlement looks at them again.
  /// - Throws: `Refusal` with `not_found` when there is nothing to settle.
  public func proposeClearing(_ request: ClearingRequest) async throws -> JSON {
    let proposal = try await store.withClock(clock).read { [clock] books in
      try books.clearing(request, id: EntityID.random(), now: clock())
    }
    guard !proposal.parts.isEmpty else {
      throw Refusal(
        .notFound, "No place of this federation holds money of another that it could have paid out."
      )
    }
    return try await write { ledger in
      try ledger.books.insert(proposal)
      let json = try ledger.books.json(of: proposal, at: ledger.now)
      for place in Set(proposal.parts.flatMap { $0.parties.map(\.place) }).sorted() {
        try ledger.books.note(
          Books.AuditEntry(
            "clearing_proposed", place: place, detail: ["clearing": JSON(proposal.id.text)]),
          at: ledger.now)
      }
      return json
    }
  }

  /// One clearing.
  public func clearing(_ id: EntityID) async throws -> JSON {
    try await store.withClock(clock).read { [clock] books in
      try books.json(of: books.existingClearing(id), at: clock())
    }
  }

  /// All clearings, newest first.
  public func clearings() async throws -> [JSON] {
    try await store.withClock(clock).read { [clock] books in
      try books.clearings().map { try books.json(of: $0, at: clock()) }
    }
  }

  /// The operator says for a place what it would say by its signature.
  public func agreeToClearing(_ id: EntityID, place: String, part: Int64? = nil) async throws
    -> JSON
  {
    try await say(id, place) { try $0.agree(to: id, part: part, net: nil, $1) }
  }

  /// The same, that it declines.
  public func declineClearing(
    _ id: EntityID, place: String, part: Int64? = nil, reason: String? = nil
  ) async throws -> JSON {
    try await say(id, place) { try $0.decline(id, part: part, reason: reason, $1) }
  }

  /// The same, that it paid by a bank transfer of a day like 2026-11-24.
  public func declareClearingPayment(
    _ id: EntityID, place: String, part: Int64, payment: Int64, reference: String, paidOn: String
  ) async throws -> JSON {
    let day = try AnswerClearing.day(paidOn)
    return try await say(id, place) {
      try $0.declare(id, part: part, payment: payment, reference: reference, paidOn: day, $1)
    }
  }

  /// The same, that a bank transfer has come.
  public func confirmClearingPayment(
    _ id: EntityID, place: String, part: Int64, payment: Int64
  ) async throws -> JSON {
    try await say(id, place) { try $0.confirm(id, part: part, payment: payment, $1) }
  }

  /// Posts the parts that all have agreed to, or one of them.
  /// - Throws: `Refusal` with what stands in the way of the first of them.
  public func settleClearing(_ id: EntityID, part: Int64? = nil) async throws -> JSON {
    try await write { ledger in
      try ledger.books.json(of: ledger.settle(id, part: part, nil), at: ledger.now)
    }
  }

  private func say(
    _ id: EntityID, _ place: String,
    _ act: @Sendable @escaping (LedgerWriter, ClearingParty) throws -> ClearingProposal
  ) async throws -> JSON {
    try await write { ledger in
      let place = try ledger.books.existingPlace(place)
      let proposal = try act(ledger, ClearingParty(place: place, device: nil, operatorCard: nil))
      return try ledger.books.json(of: proposal, at: ledger.now)
    }
  }
}
