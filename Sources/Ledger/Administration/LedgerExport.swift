import FedowProtocol
import GRDB
import Model
import Signing

/// The whole ledger as a sequence of JSON objects, each with its `kind`: what is read is one instant's state.
///
/// Nothing that opens anything is among it: no secret key, no API key, no digest of one, no number or QR code of a card, by which whoever
/// reads it could take the card, and no address of a person.
public struct LedgerExport: Sendable {
  private let store: LedgerStore
  private let sequence: Int64

  /// An export of the places, wallets, assets, federations and cards, and of the transactions after this number.
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
      try give(
        [
          "kind": "ledger", "format": 1, "server": JSON(try books.setting(.serverName)),
          "domain": JSON(try books.setting(.domain)), "primary_wallet": JSON(try books.primaryWallet().text),
          "since": JSON(sequence), "last_sequence": JSON(last),
        ])
      for table in Self.tables { try table(books, give) }
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

  private typealias Table = @Sendable (Books, (JSON) throws -> Void) throws -> Void

  private static let tables: [Table] = [
    { books, give in
      for record in try books.authorities() {
        var json = record.json.object ?? JSONObject()
        json["kind"] = "authority"
        json["change"] = JSON(record.statement.kind.rawValue)
        try give(.object(json))
      }
    },
    { books, give in
      try books.each(
        """
        SELECT uuid, name, wallet, dokos_id, lespass_domain, disabled, created_at FROM places ORDER BY created_at, rowid
        """, as: "place", flags: ["disabled"], give)
    },
    { books, give in
      try books.each(
        """
        SELECT w.uuid, w.name, w.public_key, u.uuid AS user, w.created_at FROM wallets w
        LEFT JOIN users u ON u.wallet = w.uuid ORDER BY w.rowid
        """, as: "wallet", give)
    },
    { books, give in
      try books.each(
        """
        SELECT uuid, name, currency_code, category, origin, issuer_wallet, archived, created_at, last_update
        FROM assets ORDER BY rowid
        """, as: "asset", flags: ["archived"], give)
    },
    { books, give in
      for (asset, versions) in try books.meltingTerms().sorted(by: { $0.key < $1.key }) {
        for terms in versions {
          try give(["kind": "melting_terms", "asset": JSON(asset.text), "terms": terms.json])
        }
      }
    },
    { books, give in
      for uuid in try books.federations() {
        let answer = try books.federationAnswer(uuid).json
        let members = { (key: String) in JSON.array((answer[key]?.elements ?? []).compactMap { $0["uuid"] }) }
        try give(
          [
            "kind": "federation", "uuid": JSON(uuid.text), "name": answer["name"] ?? .null,
            "places": members("places"), "assets": members("assets"),
          ])
      }
    },
    { books, give in
      try books.each(
        """
        SELECT uuid, first_tag_id, full_uid, origin, generation, wallet, user, blocked, created_at
        FROM cards ORDER BY created_at, rowid
        """, as: "card", flags: ["blocked"], give)
    },
  ]
}

extension Books {
  /// Gives each row of a query as an object: columns named `..._at` and `last_update` are instants.
  fileprivate func each(
    _ sql: String, as kind: String, flags: Set<String> = [], _ give: (JSON) throws -> Void
  ) throws {
    let cursor = try Row.fetchCursor(database, sql: sql)
    while let row = try cursor.next() {
      var fields: [(String, JSON)] = [("kind", JSON(kind))]
      for (column, value) in row {
        let number = Int64.fromDatabaseValue(value)
        let json: JSON =
          if column.hasSuffix("_at") || column == "last_update" {
            JSON(number.map { LedgerTime(microseconds: $0).wire })
          } else if flags.contains(column) {
            .bool(number != 0)
          } else {
            number.map { JSON($0) } ?? JSON(String.fromDatabaseValue(value))
          }
        fields.append((column, json))
      }
      try give(.object(JSONObject(fields)))
    }
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
