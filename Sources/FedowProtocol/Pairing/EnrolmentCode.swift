import Model
import Signing

/// What an operator carries to a further kiosk of a place that is paired already: where the ledger is, which place, and a
/// secret for one enrolment.
public struct EnrolmentCode: Hashable, Sendable {
  /// The ledger's address: a host name (then `https://` goes before it) or a whole URL.
  public let domain: String
  /// The place.
  public let place: EntityID
  /// What the ledger knows it by; good once.
  public let secret: APIKey

  /// A code of these.
  public init(domain: String, place: EntityID, secret: APIKey) {
    self.domain = domain
    self.place = place
    self.secret = secret
  }

  /// Reads the text as an operator pasted it, white space around it and all.
  /// - Throws: `Refusal` with code `request_malformed`.
  public init(parsing text: String) throws(Refusal) {
    let characters = text.filter { !$0.isWhitespace }
    guard let bytes = Base64URL.decode(characters), let fields = try? JSON.parse(bytes),
      let domain = fields["domain"]?.text, let place = fields["uuid"]?.text.flatMap({ EntityID($0) }),
      let secret = fields["enrol_key"]?.text.flatMap({ APIKey($0) })
    else {
      throw Refusal(.requestMalformed, "This is not an enrolment code. Copy the whole line that was printed.")
    }
    self.init(domain: domain, place: place, secret: secret)
  }

  /// The text: base64url of JSON, like a pairing string's, with `enrol_key` in the place of `temp_key`.
  public var text: String {
    let fields: JSON = ["domain": JSON(domain), "uuid": JSON(place.text), "enrol_key": JSON(secret.text)]
    return Base64URL.encode(Array(fields.pythonDump().utf8))
  }

  /// The address that requests go to, without a slash at its end.
  public var baseURL: String { PairingString(domain: domain, place: place, temporaryKey: "").baseURL }
}
