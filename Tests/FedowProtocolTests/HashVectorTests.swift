import FedowProtocol
import Foundation
import Model
import Signing
import Testing

/// The blocks of a real server: what it hashed and what came of it.
@Suite("Chain hash, vectors of the real server")
struct HashVectorTests {
  static let vectors: [JSON] = Vectors.load("fedow-hash-vectors")["vectors"]?.elements ?? []

  @Test("every recorded block gives its text and its hash again", arguments: vectors)
  func vector(_ vector: JSON) throws {
    let recorded = try #require(vector["json"]?.text)
    let fields = try JSON.parse(recorded)
    let metadata: JSON
    if vector["metadata_type"]?.text == "NoneType" {
      metadata = .null
    } else {
      // The vectors keep only str() of the metadata; as a string it is its own str().
      metadata = try #require(fields["metadata"])
    }
    let entry = try Self.entry(fields, id: #require(vector["uuid"]?.text), metadata: metadata)
    #expect(entry.canonicalText == recorded)
    #expect(entry.hash == vector["sha256"]?.text)
  }

  @Test("the vectors are all there")
  func count() { #expect(Self.vectors.count == 28) }

  private static func entry(_ fields: JSON, id: String, metadata: JSON) throws -> ChainEntry {
    func identifier(_ key: String) -> EntityID? { fields[key]?.text.flatMap { EntityID($0) } }
    func time(_ key: String) -> LedgerTime? { fields[key]?.text.flatMap { LedgerTime.parse($0) } }
    let comment = fields["comment"]?.text
    return try ChainEntry(
      id: #require(EntityID(id)), sender: #require(identifier("sender")), receiver: #require(identifier("receiver")),
      asset: #require(identifier("asset")), amount: #require(fields["amount"]?.text.flatMap { Int64($0) }),
      datetime: #require(time("datetime")), lastCheck: #require(time("last_check")),
      action: #require(fields["action"]?.text.flatMap { TransactionAction(rawValue: $0) }), card: identifier("card"),
      primaryCard: identifier("primary_card"), comment: comment == "None" ? nil : comment, metadata: metadata,
      checkoutStripe: identifier("checkoupt_stripe"), subscriptionType: #require(fields["subscription_type"]?.text),
      subscriptionFirst: time("subscription_first_datetime"), subscriptionStart: time("subscription_start_datetime"),
      previousID: #require(identifier("previous_asset_transaction_uuid")),
      previousHash: #require(fields["previous_asset_transaction_hash"]?.text))
  }
}

/// The checked-in recordings.
enum Vectors {
  static func load(_ name: String) -> JSON {
    guard let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Vectors"),
      let data = try? Data(contentsOf: url), let json = try? JSON.parse(Array(data))
    else { return .null }
    return json
  }
}

extension JSON: CustomTestStringConvertible {
  /// The vector's name.
  public var testDescription: String { self["name"]?.text ?? self["uuid"]?.text ?? compact }
}
