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
  /// The delegation that it is to be made under; nil: the first that allows it.
  public let delegation: EntityID?
  /// The device that says it decided; it must be the one that signs.
  public let device: EntityID?
  /// Whether the kiosk decided without the ledger.
  public let isOffline: Bool
  /// When the kiosk decided; counts only offline.
  public let decidedAt: LedgerTime?
  /// What it is besides a debit; with it a debit may be of nothing.
  public let entrance: EntranceRequest?
  /// The body again, as it is kept with a refused offline debit.
  let text: String
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
      let parts = body["parts"]?.elements, parts.count <= Self.partLimit,
      !parts.isEmpty || body["entrance"]?.object != nil
    else {
      throw Refusal(
        .requestMalformed, "A debit has an id (uuid), a card (first_tag_id) and 1 to \(Self.partLimit) parts.")
    }
    self.id = id
    self.card = card
    self.parts = try Self.read(parts)
    let body = try NativeBody(body)
    entrance = try body.value("entrance").map { json throws(Refusal) in try EntranceRequest(json) }
    comment = try body.optionalText("comment", atMost: 1000)
    primaryCard = try body.optionalText("primary_card", atMost: 1000)
    delegation = try body.id("delegation")
    device = try body.id("device")
    isOffline = try body.flag("is_offline") ?? false
    decidedAt = try body.time("decided_at")
    guard !isOffline || decidedAt != nil else {
      throw Refusal(.requestMalformed, "An offline debit says when it was decided: decided_at.")
    }
    metadata = body.value("metadata") ?? .null
    guard metadata.isNull || metadata.object != nil else {
      throw Refusal(.requestMalformed, "metadata is an object or null.")
    }
    text = body.json.pythonDump()
    content = SHA256.hex(of: body.json.pythonDump(sortKeys: true))
  }

  private static func read(_ parts: [JSON]) throws(Refusal) -> [Part] {
    var read: [Part] = []
    var sum = Amount.zero
    for part in parts {
      guard let asset = part["asset"]?.text.flatMap({ EntityID($0) }), !read.contains(where: { $0.asset == asset })
      else { throw Refusal(.requestMalformed, "Each part names an asset (uuid), each asset once.") }
      guard let amount = part["amount"]?.int64, amount > 0 else {
        throw Refusal(.amountInvalid, "Each part has an amount: a whole number of minor units above 0.")
      }
      guard let larger = sum.adding(Amount(minorUnits: amount)), larger <= .largest else {
        throw Refusal(.amountInvalid, "The parts together are at most \(Amount.largest).")
      }
      sum = larger
      read.append(Part(asset: asset, amount: Amount(minorUnits: amount)))
    }
    return read
  }

  /// Minor units over all parts.
  var total: Int64 { parts.reduce(0) { $0 + $1.amount.minorUnits } }

  /// The metadata with the tap's id in it.
  var metadataWithID: JSON {
    var object = metadata.object ?? JSONObject()
    object["debit_id"] = JSON(id.text)
    return .object(object)
  }
}
