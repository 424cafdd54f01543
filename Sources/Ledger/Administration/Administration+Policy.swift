import FedowProtocol
import Model
import Rules

extension Administration {
  /// A place's policy as its kiosks get it.
  public func policy(place: String) async throws -> JSON {
    try await store.read { books in try Self.answer(books.existingPlace(place), books) }
  }

  /// Changes a place's policy; kiosks learn it when they ask next.
  /// - Throws: `Refusal` with what is wrong, and nothing is changed then.
  public func changePolicy(
    place: String, _ change: @Sendable @escaping (inout Books.Policy) throws -> Void
  ) async throws -> JSON {
    try await write { ledger in
      let place = try ledger.books.existingPlace(place)
      var policy = try ledger.books.policy(of: place.uuid)
      try change(&policy)
      try Self.check(policy)
      try ledger.books.set(policy, of: place.uuid)
      let answer = try Self.answer(place, ledger.books)
      try ledger.books.note(Books.AuditEntry("policy_changed", place: place.uuid, detail: answer), at: ledger.now)
      return answer
    }
  }

  private static func answer(_ place: Books.Place, _ books: Books) throws -> JSON {
    let policy = try books.policy(of: place.uuid)
    return policy.json(timeZone: try policy.timeZone ?? books.timeZone())
  }

  private static func check(_ policy: Books.Policy) throws {
    let numbers = [
      policy.offlinePerCard, policy.offlinePerDevice, policy.offlineLongest, policy.hotlistLongest, policy.voidWindow,
    ]
    guard numbers.allSatisfy({ $0 >= 0 }) else {
      throw Refusal(.requestMalformed, "Sums and spans of a policy are not negative.")
    }
    if let zone = policy.timeZone { _ = try TimeZones.system.rules(zone) }
    guard policy.offlineLongest <= PostDebit.longestOffline else {
      throw Refusal(.requestMalformed, "Debits are taken at most 7 days (604800 s) after they were made offline.")
    }
    guard policy.voidWindow <= VoidDebit.longestWindow else {
      throw Refusal(.requestMalformed, "Debits can be taken back at most 366 days (31622400 s) after they were made.")
    }
    guard policy.refund.isSubset(of: RefundRules.payable) else {
      throw Refusal(
        .requestMalformed, "Badges and memberships are no money; what can be paid back: FED,TLF,TNF,TIM,FID.")
    }
    guard policy.spendOrder.sorted() == Books.Policy.spendClasses.sorted() else {
      throw Refusal(
        .requestMalformed,
        "The spend order names each of these once: \(Books.Policy.spendClasses.joined(separator: ",")).")
    }
  }

  /// What was written down, at one place or at all, after an entry.
  public func auditTrail(place: String?, after number: Int64, limit: Int) async throws -> [Books.AuditEntry] {
    try await store.read { books in
      try books.auditTrail(
        of: try place.map { try books.existingPlace($0).uuid }, after: number, limit: limit)
    }
  }
}
