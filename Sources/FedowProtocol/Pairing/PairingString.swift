import Model
import Signing

/// What an operator carries from the ledger to a kiosk: where the ledger is, which place, and a key for one handshake.
public struct PairingString: Hashable, Sendable {
  /// The ledger's address: a host name (then `https://` goes before it) or a whole URL.
  public let domain: String
  /// The place.
  public let place: EntityID
  /// The temporary API key; the handshake uses it up.
  public let temporaryKey: String

  /// A pairing string of these.
  public init(domain: String, place: EntityID, temporaryKey: String) {
    self.domain = domain
    self.place = place
    self.temporaryKey = temporaryKey
  }

  /// Reads the text as an operator pasted it, white space around it and all.
  /// - Throws: `Refusal` with code `request_malformed`.
  public init(parsing text: String) throws(Refusal) {
    let characters = text.filter { !$0.isWhitespace }
    guard let bytes = Base64URL.decode(characters), let fields = try? JSON.parse(bytes),
      let domain = fields["domain"]?.text, let place = fields["uuid"]?.text.flatMap({ EntityID($0) }),
      let key = fields["temp_key"]?.text
    else {
      throw Refusal(.requestMalformed, "This is not a pairing string. Copy the whole line that ledgerd printed.")
    }
    self.init(domain: domain, place: place, temporaryKey: key)
  }

  /// The text: base64url of the JSON that the tills in the field read too.
  public var text: String {
    let fields: JSON = ["domain": JSON(domain), "uuid": JSON(place.text), "temp_key": JSON(temporaryKey)]
    return Base64URL.encode(Array(fields.pythonDump().utf8))
  }

  /// The address that requests go to, without a slash at its end.
  public var baseURL: String {
    let url = domain.contains("://") ? domain : "https://" + domain
    return url.hasSuffix("/") ? String(url.dropLast()) : url
  }
}
