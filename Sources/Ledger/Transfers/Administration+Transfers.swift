import FedowProtocol
import Model
import Rules

extension Administration {
  /// On what terms people may give money: of a federation by its name, or of the whole server.
  public func transferTerms(federation name: String?) async throws -> TransferTerms {
    try await store.read { try $0.transferTerms(federation: try $0.existingFederation(name)) }
  }

  /// Changes them; they count from the next transfer on.
  /// - Throws: `Refusal` with what is wrong, and nothing is changed then.
  public func changeTransferTerms(
    federation name: String?, _ change: @Sendable @escaping (inout TransferTerms) throws -> Void
  ) async throws -> TransferTerms {
    try await write { ledger in
      let federation = try ledger.books.existingFederation(name)
      var terms = try ledger.books.transferTerms(federation: federation)
      try change(&terms)
      if let zone = terms.timeZone { _ = try TimeZones.system.rules(zone) }
      try ledger.books.set(terms, federation: federation)
      try ledger.books.note(
        Books.AuditEntry("transfer_terms_changed", place: nil, detail: terms.json(federation: name)), at: ledger.now)
      return terms
    }
  }
}

extension TransferTerms {
  /// The object; a limit that there is not is null.
  public func json(federation: String?) -> JSON {
    var object = limits.transferJSON.object ?? JSONObject()
    object["federation"] = JSON(federation)
    object["categories"] = .array(categories.map(\.rawValue).sorted().map { JSON($0) })
    object["time_zone"] = JSON(timeZone)
    return .object(object)
  }
}
