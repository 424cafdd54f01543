import FedowProtocol
import Model
import Signing

/// The body of `POST /v1/debits/`, read and found well-formed.
public struct DebitRequest: Hashable, Sendable {
  /// The tap's id; it makes repetitions harmless.
  public let id: EntityID
  /// The `first_tag_id` of the card that was presented.
  public let card: String
  /// What is taken, asset by asset; each asset once.
  public let parts: [Part]
  /// Free text.
  public let comment: String?
  /// Kept with each transaction, beside the tap's id.
  public let metadata: JSON
  /// The `first_tag_id` of the operator's card, when one was used.
  public let primaryCard: String?
  /// SHA-256 of the whole body: what a repetition must have in common with the first.
  let content: String

  /// How much of one asset.
  public struct Part: Hashable, Sendable {
    /// The asset.
    public let asset: EntityID
    /// Minor units, above zero.
    public let amount: Amount
  }

  /// The most assets in one debit.
  static let partLimit = 32

  /// Reads the body.
  /// - Throws: `Refusal` with `request_malformed` or `amount_invalid`.
  public init(_ body: JSON) throws(Refusal) {
    guard let id = body["id"]?.text.flatMap({ EntityID($0) }), let card = body["card"]?.text,
      let parts = body["parts"]?.elements, (1...Self.partLimit).contains(parts.count)
    else {
      throw Refusal(
        .requestMalformed, "A debit has an id (uuid), a card (first_tag_id) and 1 to \(Self.partLimit) parts.")
    }
    self.id = id
    self.card = card
    var read: [Part] = []
    for part in parts {
      guard let asset = part["asset"]?.text.flatMap({ EntityID($0) }), !read.contains(where: { $0.asset == asset })
      else { throw Refusal(.requestMalformed, "Each part names an asset (uuid), each asset once.") }
      guard let amount = part["amount"]?.int64, amount > 0 else {
        throw Refusal(.amountInvalid, "Each part has an amount: a whole number of minor units above 0.")
      }
      read.append(Part(asset: asset, amount: Amount(minorUnits: amount)))
    }
    self.parts = read
    comment = try Self.optionalText(body["comment"], name: "comment")
    primaryCard = try Self.optionalText(body["primary_card"], name: "primary_card")
    metadata = body["metadata"] ?? .null
    guard metadata.isNull || metadata.object != nil else {
      throw Refusal(.requestMalformed, "metadata is an object or null.")
    }
    content = SHA256.hex(of: body.pythonDump(sortKeys: true))
  }

  /// The metadata with the tap's id in it.
  var metadataWithID: JSON {
    var object = metadata.object ?? JSONObject()
    object["debit_id"] = JSON(id.text)
    return .object(object)
  }

  private static func optionalText(_ value: JSON?, name: String) throws(Refusal) -> String? {
    guard let value, !value.isNull else { return nil }
    guard let text = value.text, text.unicodeScalars.count <= 1000, !text.unicodeScalars.contains("\u{0}") else {
      throw Refusal(.requestMalformed, "\(name) is text of at most 1000 characters, or null.")
    }
    return text
  }
}
