import FedowProtocol
import Model
import Rules

/// `POST /v1/delegations/`: the owner of a wallet lets someone debit it, by their own signature.
public struct GrantDelegation: LedgerCommand {
  let signer: EntityID
  let body: JSON

  /// The most delegations that stand for one wallet: each debit looks through them.
  static let limit = 100

  /// Grants what this body says over the signer's wallet.
  public init(signer: EntityID, body: JSON) {
    self.signer = signer
    self.body = body
  }

  /// 201 with the delegation.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    guard try books.user(wallet: signer) != nil else { throw Rejection.forbidden }
    guard try books.delegations(of: signer).count < Self.limit else {
      throw Refusal(.requestMalformed, "A wallet has at most \(Self.limit) delegations; revoke one first.")
    }
    let body = try NativeBody(body)
    let word = try body.optionalText("purpose", atMost: 20) ?? Delegation.Purpose.tap.rawValue
    guard let purpose = Delegation.Purpose(rawValue: word) else {
      throw Refusal(.requestMalformed, "purpose is tap, subscription or demurrage.")
    }
    let from = try body.time("from")
    let until = try body.time("until")
    guard until.map({ ledger.now < $0 && from ?? ledger.now < $0 }) ?? true else {
      throw Refusal(.requestMalformed, "until lies after from, and after now.")
    }
    let zone = try body.optionalText("time_zone", atMost: 64) ?? books.timeZone()
    _ = try TimeZones.system.rules(zone)
    let delegation = Delegation(
      id: ledger.newID(), source: .owner, grantee: try grantee(body, books: books),
      assets: try assets(body, books: books), purpose: purpose,
      limits: Delegation.Limits(
        perTap: try body.limit("per_tap"), perDay: try body.limit("per_day"), total: try body.limit("total")),
      from: from?.microseconds, until: until?.microseconds, timeZone: zone)
    try books.insert(delegation, of: signer, by: signer, at: ledger.now)
    return Answer(status: 201, .object(try books.answer(delegation, now: ledger.now)))
  }

  private func grantee(_ body: NativeBody, books: Books) throws -> Delegation.Grantee {
    let malformed = Refusal(
      .requestMalformed, "grantee is {\"place\": uuid}, {\"federation\": uuid} or {\"all\": true}.")
    guard let object = body.value("grantee")?.object, object.entries.count == 1 else { throw malformed }
    if object["all"]?.bool == true { return .all }
    if let place = object["place"]?.text.flatMap({ EntityID($0) }) {
      guard try books.place(place) != nil else { throw Refusal(.notFound, "There is no place \(place).") }
      return .place(place)
    }
    guard let federation = object["federation"]?.text.flatMap({ EntityID($0) }) else { throw malformed }
    guard try books.federations().contains(federation) else {
      throw Refusal(.notFound, "There is no federation \(federation).")
    }
    return .federation(federation)
  }

  private func assets(_ body: NativeBody, books: Books) throws -> Set<EntityID>? {
    guard let value = body.value("assets") else { return nil }
    let ids = (value.elements ?? []).map { $0.text.flatMap { EntityID($0) } }
    let known = ids.compactMap { $0 }
    guard (1...100).contains(ids.count), known.count == ids.count else {
      throw Refusal(.requestMalformed, "assets is a list of 1 to 100 uuids, or null for all.")
    }
    for asset in known where try books.asset(asset) == nil {
      throw Refusal(.notFound, "There is no asset \(asset).")
    }
    return Set(known)
  }
}

/// `POST /v1/delegations/{id}/revoke/`: the owner takes it back; it counts from this commit on.
public struct RevokeDelegation: LedgerCommand {
  let signer: EntityID
  let delegation: EntityID

  /// Revokes a delegation over the signer's wallet.
  public init(signer: EntityID, delegation: EntityID) {
    self.signer = signer
    self.delegation = delegation
  }

  /// 200 with the delegation, also when it was revoked before.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard let known = try ledger.books.delegation(delegation), known.wallet == signer else {
      throw Refusal(.notFound, "You have granted no delegation \(delegation).")
    }
    try ledger.books.revoke(delegation: delegation, by: signer.text, at: ledger.now)
    guard let revoked = try ledger.books.delegation(delegation) else { throw Refusal(.ledgerBroken) }
    return Answer(try ledger.books.answer(revoked, now: ledger.now))
  }
}

extension LedgerQueries {
  /// `GET /v1/delegations/`: all that the signer ever granted, with who revoked what.
  public func delegations(_ wallet: EntityID, now: LedgerTime) async throws -> Answer {
    try await store.read { books in
      Answer(.array(try books.allDelegations(of: wallet).map { try books.answer($0, now: now) }))
    }
  }
}
