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
    [
      "first_tag_id": JSON(firstTagID), "wallet": wallet.json, "origin": origin.json, "uuid": JSON(uuid.text),
      "qrcode_uuid": JSON(qrcode.text), "number_printed": JSON(numberPrinted),
      "is_wallet_ephemere": .bool(isEphemeral), "is_primary": .bool(isPrimary),
    ]
  }
}
