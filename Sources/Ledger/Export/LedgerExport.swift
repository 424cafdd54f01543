import FedowProtocol
import Model
import Signing

/// The whole ledger as a sequence of JSON objects, each with its `kind`: what is read is one instant's state.
///
/// Nothing that opens anything is among it: no secret key, no API key, no digest of one, no number or QR code of a card, by
/// which whoever reads it could take the card, and no address of a person. What of the store is left out stands in the
/// first object with its reason (`withheld`); everything else is there, which a test holds against the store's tables.
public struct LedgerExport: Sendable {
  private let store: LedgerStore
  private let sequence: Int64

  /// An export of the books as they are, and of the transactions after this number.
  public init(store: LedgerStore, since sequence: Int64 = 0) {
    self.store = store
    self.sequence = sequence
  }

  /// How much there is to export, and how much is.
  public struct Progress: Sendable {
    /// Transactions that were given.
    public let transactions: Int64
    /// Of so many.
    public let total: Int64
  }

  /// Gives one object after the other, in bounded memory, the last of kind `end` with the number of those before it.
  /// - Throws: what `write` throws; `Refusal` with `configuration_invalid` for a ledger that was never installed.
  /// - Returns: how many transactions.
  public func run(
    progress: @Sendable @escaping (Progress) -> Void = { _ in }, write: @Sendable @escaping (JSON) throws -> Void
  ) async throws -> Int64 {
    try await store.read { [sequence] books in
      var objects: Int64 = 0
      let give = { (object: JSON) in
        try write(object)
        objects += 1
      }
      let last = try books.lastSequence()
      try give(try Self.head(of: books, since: sequence, last: last))
      for section in Self.sections { try section.give(books, give) }
      var count: Int64 = 0
      try books.eachTransactionRow(after: sequence) { row in
        try give(try row.posted().exported(row.warrant))
        count += 1
        if count.isMultiple(of: 1000) { progress(Progress(transactions: count, total: max(0, last - sequence))) }
      }
      for seal in try books.seals(after: 0, through: .max, limit: .max) where seal.statement.last > sequence {
        try give(seal.exported)
      }
      try give(["kind": "end", "objects": JSON(objects)])
      return count
    }
  }

  private static func head(of books: Books, since sequence: Int64, last: Int64) throws -> JSON {
    var fields: [(String, JSON)] = [("kind", "ledger"), ("format", 1)]
    for (name, setting) in settings { fields.append((name, JSON(try books.setting(setting)))) }
    // Asked for by name, so that a ledger that was never installed says so.
    fields.append(("primary_wallet", JSON(try books.primaryWallet().text)))
    fields += [("since", JSON(sequence)), ("last_sequence", JSON(last))]
    let reasons = withheld.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }
    return .object(JSONObject(fields + [("withheld", .object(JSONObject(reasons)))]))
  }
}

extension Books.Posted {
  /// Everything that the hash covers, with the places in the ledger and in the chain.
  fileprivate func exported(_ warrant: Books.StoredWarrant) -> JSON {
    [
      "kind": "transaction", "sequence": JSON(sequence), "asset_sequence": JSON(assetSequence),
      "uuid": JSON(entry.id.text), "hash": JSON(hash), "previous_uuid": JSON(entry.previousID.text),
      "previous_hash": JSON(entry.previousHash), "action": JSON(entry.action.rawValue),
      "sender": JSON(entry.sender.text), "receiver": JSON(entry.receiver.text), "asset": JSON(entry.asset.text),
      "amount": JSON(entry.amount), "datetime": JSON(entry.datetime.wire), "last_check": JSON(entry.lastCheck.wire),
      "card": JSON(entry.card?.text), "primary_card": JSON(entry.primaryCard?.text), "comment": JSON(entry.comment),
      "metadata": entry.metadata, "checkout_stripe": JSON(entry.checkoutStripe?.text),
      "subscription_type": JSON(entry.subscriptionType), "subscription_first": JSON(entry.subscriptionFirst?.wire),
      "subscription_start": JSON(entry.subscriptionStart?.wire),
      "signer": JSON(warrant.signer), "request_digest": JSON(warrant.digest.map { Hexadecimal.encode($0) }),
      "request_signature": JSON(warrant.signature.map { Base64URL.encode($0) }),
    ]
  }
}

extension Seal {
  fileprivate var exported: JSON {
    var json = json.object ?? JSONObject()
    json["kind"] = "seal"
    return .object(json)
  }
}
