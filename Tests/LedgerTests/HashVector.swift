import FedowProtocol
import Foundation
import Model
import Testing

/// A block of the real server (`fedow-hash-vectors.json`) whose metadata is given: those with a dictionary give only its
/// Python text, from which the value cannot be had back.
struct HashVector: Sendable, CustomTestStringConvertible {
  let entry: ChainEntry
  let hash: String

  var testDescription: String { "\(entry.action.rawValue) \(entry.id)" }

  static func all() throws -> [HashVector] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../FedowProtocolTests/Vectors/fedow-hash-vectors.json")
    let vectors = try JSON.parse(Array(try Data(contentsOf: file)))["vectors"]?.elements ?? []
    return try vectors.filter { $0["metadata_type"]?.text != "dict" }.map { try HashVector($0) }
  }

  private init(_ vector: JSON) throws {
    let fields = try JSON.parse(vector["json"]?.text ?? "")
    func id(_ name: String) -> EntityID? { fields[name]?.text.flatMap { EntityID($0) } }
    func time(_ name: String) -> LedgerTime? { fields[name]?.text.flatMap { LedgerTime.parse($0) } }
    guard let uuid = vector["uuid"]?.text.flatMap({ EntityID($0) }), let sender = id("sender"),
      let receiver = id("receiver"), let asset = id("asset"),
      let amount = fields["amount"]?.text.flatMap({ Int64($0) }),
      let datetime = time("datetime"), let lastCheck = time("last_check"),
      let action = fields["action"]?.text.flatMap({ TransactionAction(rawValue: $0) }),
      let previous = id("previous_asset_transaction_uuid"),
      let previousHash = fields["previous_asset_transaction_hash"]?.text, let hash = vector["stored_hash"]?.text
    else { throw Refusal(.requestMalformed) }
    let comment = fields["comment"]?.text
    let metadata = fields["metadata"]?.text
    entry = ChainEntry(
      id: uuid, sender: sender, receiver: receiver, asset: asset, amount: amount, datetime: datetime,
      lastCheck: lastCheck, action: action, card: id("card"), primaryCard: id("primary_card"),
      comment: comment == "None" ? nil : comment, metadata: metadata == "None" ? .null : JSON(metadata),
      checkoutStripe: id("checkoupt_stripe"), subscriptionFirst: time("subscription_first_datetime"),
      subscriptionStart: time("subscription_start_datetime"), previousID: previous, previousHash: previousHash)
    self.hash = hash
  }
}
