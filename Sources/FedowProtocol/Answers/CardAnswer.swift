import Model

/// A card as a place may see it.
public struct CardAnswer: Sendable {
  /// Its uuid.
  public let uuid: EntityID
  /// The tag id that readers give.
  public let firstTagID: String
  /// The uuid in its printed QR code.
  public let qrcode: EntityID
  /// The number printed on it.
  public let numberPrinted: String
  /// The wallet it opens.
  public let wallet: WalletAnswer
  /// The place that issued it and the batch.
  public let origin: Origin
  /// Whether it belongs to no user yet.
  public let isEphemeral: Bool
  /// Whether it is an operator's card at the reading place.
  public let isPrimary: Bool

  /// Where a card comes from.
  public struct Origin: Sendable {
    /// The place that issued it.
    public let place: PlaceAnswer
    /// The batch.
    public let generation: Int64
    /// The object, keys in the order that the recordings have.
    public let json: JSON

    /// An origin.
    public init(place: PlaceAnswer, generation: Int64) {
      self.place = place
      self.generation = generation
      let object: JSON = ["place": place.json, "generation": JSON(generation), "img": nil]
      json = object.written
    }
  }

  /// A card to be shown.
  public init(
    uuid: EntityID, firstTagID: String, qrcode: EntityID, numberPrinted: String, wallet: WalletAnswer, origin: Origin,
    isEphemeral: Bool, isPrimary: Bool
  ) {
    self.uuid = uuid
    self.firstTagID = firstTagID
    self.qrcode = qrcode
    self.numberPrinted = numberPrinted
    self.wallet = wallet
    self.origin = origin
    self.isEphemeral = isEphemeral
    self.isPrimary = isPrimary
  }

  /// The object, keys in the order that the recordings have.
  public var json: JSON {
    var object = ObjectWriter()
    object.add("first_tag_id", firstTagID)
    object.add("wallet", wallet.json)
    object.add("origin", origin.json)
    object.add("uuid", uuid.text)
    object.add("qrcode_uuid", qrcode.text)
    object.add("number_printed", numberPrinted)
    object.add("is_wallet_ephemere", isEphemeral)
    object.add("is_primary", isPrimary)
    return object.finish()
  }
}
