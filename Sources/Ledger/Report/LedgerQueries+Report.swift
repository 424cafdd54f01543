import FedowProtocol
import Model
import Rules

extension LedgerQueries {
  /// `GET /v1/report/`: what the place took and gave in a time.
  /// - Throws: `Refusal` with `request_malformed` when it ends before it begins.
  public func report(_ request: ReportRequest, place: Books.Place, now: LedgerTime) async throws -> Answer {
    // Written where it is read, and not where requests are.
    Answer(status: 200, body: try await store.report(request, place: place, now: now) { $0.compact })
  }
}

extension Administration {
  /// The same of one place, or of all in the server's own zone, with the totals carried as far as the ledger goes.
  public func report(_ request: ReportRequest, place name: String?) async throws -> JSON {
    let place = try await store.read { books in try name.map { try books.existingPlace($0) } }
    // Without a file beside the ledger that can be written it takes longer, and says the same.
    while (try? await store.carryTotals()) == true {}
    return try await store.report(request, place: place, now: clock()) { $0 }
  }
}

extension LedgerStore {
  /// - Parameter finish: what is made of it beside the requests' own threads, which a year of hours would hold up.
  func report<Value: Sendable>(
    _ request: ReportRequest, place: Books.Place?, now: LedgerTime, finish: @Sendable @escaping (JSON) -> Value
  ) async throws -> Value {
    let zone = try await read { books in
      try place.flatMap { try books.policy(of: $0.uuid).timeZone } ?? books.timeZone()
    }
    let to = request.to ?? now
    let from = try request.from ?? Self.dayStart(of: to, zone: zone)
    guard from <= to else { throw Refusal(.requestMalformed, "A report begins before it ends: from is after to.") }
    let takings = try await takings(of: place?.uuid, from: from, to: to)
    return try await read { books in
      let report = try Report(place: place, from: from, to: to, step: request.step, zone: zone, takings: takings)
      return finish(try report.json(books))
    }
  }

  private static func dayStart(of time: LedgerTime, zone: String) throws -> LedgerTime {
    let seconds = time.microseconds / 1_000_000
    return LedgerTime(microseconds: try TimeZones.system.rules(zone).daySpan(of: seconds).start * 1_000_000)
  }
}

extension Report {
  func json(_ books: Books) throws -> JSON {
    [
      "place": JSON(place?.name), "from": JSON(from.wire), "to": JSON(to.wire), "time_zone": JSON(zone),
      "by": JSON(step.rawValue), "rows": .array(try lines(books)),
      "refills": .array(try books.refillMeans(at: place?.uuid, from: from, to: to)),
      "outstanding": .array(try books.outstanding(issuedBy: place)),
      "cards": try books.cardEvents(at: place?.uuid, from: from, to: to),
      "unsettled": try books.unsettledSum(at: place?.uuid),
    ]
  }
}

extension Books {
  /// What people hold of what a place issued, or of everything: what it owes them.
  fileprivate func outstanding(issuedBy place: Place?) throws -> [JSON] {
    try assets().compactMap { asset in
      guard place == nil || asset.issuerWallet == place?.wallet, ![.badge, .membership].contains(asset.category)
      else { return nil }
      let totals = try totals(of: asset.uuid)
      return [
        "asset": JSON(asset.uuid.text), "asset_name": JSON(asset.name), "category": JSON(asset.category.rawValue),
        "amount": JSON(totals.outOfPlaces),
      ]
    }
  }

  /// What happened to cards in a time: those that the place issued, and what was done at it.
  fileprivate func cardEvents(at place: EntityID?, from: LedgerTime, to: LedgerTime) throws -> JSON {
    let times = [from.microseconds, to.microseconds]
    let issued: Int64 =
      try row(
        "SELECT count(*) FROM cards WHERE created_at >= ? AND created_at < ? AND (?3 IS NULL OR origin = ?3)",
        [times[0], times[1], place?.text])?[0] ?? 0
    let places = try place.map { [$0] } ?? places().map(\.uuid)
    var events: [String: Int64] = [:]
    for place in places {
      let counted = try rows(
        """
        SELECT what, count(*) AS count FROM audit_trail
        WHERE place = ? AND at >= ? AND at < ? AND \(Self.isCardEvent) GROUP BY what
        """, [place.text, times[0], times[1]])
      for row in counted { events[row["what"], default: 0] += row["count"] as Int64 }
    }
    return [
      "issued": JSON(issued), "lost": JSON(events["lost", default: 0] + events["card_lost", default: 0]),
      "replaced": JSON(events["card_reassigned", default: 0]), "unblocked": JSON(events["card_unblocked", default: 0]),
    ]
  }

  /// The offline debits that were refused and that nobody settled yet.
  fileprivate func unsettledSum(at place: EntityID?) throws -> JSON {
    let row = try row(
      """
      SELECT count(*) AS count, \(Self.sum("amount")) AS amount FROM debits
      WHERE settlement = 'open' AND (?1 IS NULL OR place = ?1)
      """, [place?.text])
    return ["count": JSON(row?["count"] as Int64? ?? 0), "amount": JSON(row?["amount"] as Int64? ?? 0)]
  }
}
