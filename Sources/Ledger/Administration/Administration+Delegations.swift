import FedowProtocol
import Model

extension Administration {
  /// What cards carry by default: of a federation by its name, or of the whole server.
  public func terms(federation name: String?) async throws -> Books.DelegationTerms {
    try await store.read { books in
      try Self.filled(try books.terms(federation: try books.existingFederation(name)), federation: name, books)
    }
  }

  /// Changes them: for anonymous cards at once, for people's from their next linking on.
  /// - Throws: `Refusal` with what is wrong, and nothing is changed then.
  public func changeTerms(
    federation name: String?, _ change: @Sendable @escaping (inout Books.DelegationTerms) throws -> Void
  ) async throws -> Books.DelegationTerms {
    try await write { ledger in
      let federation = try ledger.books.existingFederation(name)
      var terms = try Self.filled(try ledger.books.terms(federation: federation), federation: name, ledger.books)
      try change(&terms)
      if let zone = terms.timeZone { _ = try TimeZones.system.rules(zone) }
      if name == nil, let zone = terms.timeZone { try ledger.books.set(.timeZone, to: zone) }
      try ledger.books.set(terms, federation: federation)
      try ledger.books.note(
        Books.AuditEntry("terms_changed", place: nil, detail: terms.json(federation: name)), at: ledger.now)
      return terms
    }
  }

  private static func filled(
    _ terms: Books.DelegationTerms, federation: String?, _ books: Books
  ) throws -> Books.DelegationTerms {
    var terms = terms
    if federation == nil { terms.timeZone = try books.timeZone() }
    return terms
  }

  /// All that the wallet of a person granted; meant by its uuid, or by the tag id of a card that opens it.
  /// - Throws: `Refusal` with `not_found`.
  public func delegations(of text: String) async throws -> JSON {
    try await store.read { [clock] books in
      let card = try books.card(tag: text.uppercased())
      guard let wallet = card?.wallet ?? EntityID(text), try books.walletExists(wallet) else {
        throw Refusal(.notFound, "There is no wallet and no card '\(text)'.")
      }
      let now = clock()
      if let card, card.user == nil {
        let issue = try books.issueDelegation(of: wallet, origin: card.origin)
        return .array([.object(try books.answer(issue, now: now))])
      }
      return .array(try books.allDelegations(of: wallet).map { try books.answer($0, now: now) })
    }
  }

  /// Revokes a delegation in its owner's place.
  /// - Throws: `Refusal` with `not_found`.
  public func revokeDelegation(_ id: String) async throws -> JSON {
    try await write { ledger in
      guard let uuid = EntityID(id), let known = try ledger.books.delegation(uuid) else {
        throw Refusal(.notFound, "There is no delegation '\(id)'. See: ledgerd delegation list")
      }
      if known.revokedAt == nil {
        try ledger.books.revoke(delegation: uuid, by: "ledger", at: ledger.now)
        try ledger.books.note(
          Books.AuditEntry("delegation_revoked", place: nil, detail: ["delegation": JSON(uuid.text)]), at: ledger.now)
      }
      guard let revoked = try ledger.books.delegation(uuid) else { throw Refusal(.ledgerBroken) }
      return try ledger.books.answer(revoked, now: ledger.now)
    }
  }
}

extension Books {
  func existingFederation(_ name: String?) throws -> EntityID? {
    guard let name else { return nil }
    guard let uuid = try federation(named: name) else {
      throw Refusal(.notFound, "There is no federation '\(name)'. See: ledgerd federation list")
    }
    return uuid
  }
}

extension Books.DelegationTerms {
  /// The object; a limit that there is not is null.
  public func json(federation: String?) -> JSON {
    let amount = { (limit: Int64?) in limit.map { JSON($0) } ?? JSON.null }
    return [
      "federation": JSON(federation), "per_tap": amount(limits.perTap), "per_day": amount(limits.perDay),
      "total": amount(limits.total), "time_zone": JSON(timeZone),
    ]
  }
}
