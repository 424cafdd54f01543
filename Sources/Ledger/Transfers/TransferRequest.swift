import FedowProtocol
import Model
import Signing

/// The body of `POST /v1/wallet/transfers/`, read and found well-formed, with its sender's signature.
public struct TransferRequest: Hashable, Sendable {
  /// The transfer's id; it makes repetitions harmless.
  public let id: EntityID
  /// To whom, as the sender names them.
  public let receiver: Receiver
  /// What.
  public let asset: EntityID
  /// How much: minor units, above 0.
  public let amount: Amount
  /// For the receiver's eyes: it is kept beside the chain, which others read.
  public let comment: String?
  /// The body as it was signed.
  let text: String
  /// SHA-256 of the whole body: what a repetition must have in common with the first.
  let content: String
  /// The sender's, as it came.
  let signature: String

  /// Who receives, by one of the names that people have for each other.
  public enum Receiver: Hashable, Sendable {
    /// The person of this wallet.
    case wallet(EntityID)
    /// The person of this address.
    case email(String)
    /// The person whose card bears this number.
    case card(String)
  }

  /// The most bytes of a request: a comment of 1000 characters, each written as an escaped pair, and all the rest.
  static let longest = 16_384

  /// Reads the body.
  /// - Parameter signature: the sender's over it, found to be good.
  /// - Throws: `Refusal` with `request_malformed`, `request_too_long` or `amount_invalid`.
  public init(_ body: JSON, signature: String) throws(Refusal) {
    let native = try NativeBody(body)
    id = try native.requiredID("id")
    asset = try native.requiredID("asset")
    receiver = try Receiver(native.value("receiver"))
    guard let amount = body["amount"]?.int64, amount > 0 else {
      throw Refusal(.amountInvalid, "amount is a whole number of minor units above 0.")
    }
    self.amount = Amount(minorUnits: amount)
    comment = try native.optionalText("comment", atMost: 1000)
    text = body.pythonDump()
    // It is kept for ever, whatever else a client wrote into it.
    guard text.utf8.count <= Self.longest else {
      throw Refusal(.requestTooLong, "A transfer's request has at most \(Self.longest) bytes.")
    }
    content = SHA256.hex(of: body.pythonDump(sortKeys: true))
    self.signature = signature
  }

  /// What the block in the chain says of it: enough to hold it to what was signed, and nothing that is private.
  var metadata: JSON { ["transfer_id": JSON(id.text), "request": JSON(content)] }
}

extension TransferRequest.Receiver {
  init(_ json: JSON?) throws(Refusal) {
    guard let object = json?.object, object.entries.count == 1 else { throw Self.malformed }
    if let wallet = object["wallet"]?.text.flatMap({ EntityID($0) }) {
      self = .wallet(wallet)
    } else if let email = object["email"]?.text, (3...254).contains(email.unicodeScalars.count),
      !email.unicodeScalars.contains("\u{0}")
    {
      self = .email(email.lowercased())
    } else if let number = object["card"]?.text, (1...20).contains(number.unicodeScalars.count),
      !number.unicodeScalars.contains("\u{0}")
    {
      self = .card(number)
    } else {
      throw Self.malformed
    }
  }

  private static let malformed = Refusal(
    .requestMalformed, "receiver is {\"wallet\": uuid}, {\"email\": address} or {\"card\": number printed on it}.")

  /// Whether a stranger could find people, or the secret numbers of cards, by trying.
  var mayBeGuessed: Bool { if case .wallet = self { false } else { true } }

  /// How the sender is shown it again: a card's number opens the card to who reads it, so only its end.
  var shown: String {
    switch self {
    case .wallet(let wallet): String(wallet.text.prefix(8))
    case .email(let email): email
    case .card(let number): "…" + number.suffix(2)
    }
  }
}
