import Model
import Signing

/// The handshake that makes a till or a kiosk a known client of a place.
public enum Handshake {
  /// The fields in the order in which they are sent and signed.
  ///
  /// - Parameters:
  ///   - adminKey: the API key under which the client itself can be called; a kiosk has none and sends a fresh one.
  public static func request(place: EntityID, ip: String, url: String, adminKey: String, publicKeyPEM: String) -> JSON {
    [
      "fedow_place_uuid": JSON(place.text),
      "cashless_ip": JSON(ip),
      "cashless_url": JSON(url),
      "cashless_admin_apikey": JSON(adminKey),
      "cashless_rsa_pub_key": JSON(publicKeyPEM),
      "dokos_id": "None",
    ]
  }

  /// What the ledger answers: the place's lasting API key and its wallet.
  public struct Answer: Hashable, Sendable {
    /// The API key from now on.
    public let apiKey: String
    /// The place's wallet.
    public let wallet: EntityID

    /// An answer with these.
    public init(apiKey: String, wallet: EntityID) {
      self.apiKey = apiKey
      self.wallet = wallet
    }

    /// Reads the answer's body: a JSON string that is base64url of JSON.
    public init?(parsing body: [UInt8]) {
      guard let outer = try? JSON.parse(body).text, let inner = Base64URL.decode(outer),
        let fields = try? JSON.parse(inner), let apiKey = fields["place_admin_apikey"]?.text,
        let wallet = fields["place_wallet_uuid"]?.text.flatMap({ EntityID($0) })
      else { return nil }
      self.init(apiKey: apiKey, wallet: wallet)
    }

    /// The answer's body as a JSON string.
    public var body: JSON {
      let fields: JSON = ["place_admin_apikey": JSON(apiKey), "place_wallet_uuid": JSON(wallet.text)]
      return JSON(Base64URL.encode(Array(fields.pythonDump().utf8)))
    }
  }
}
