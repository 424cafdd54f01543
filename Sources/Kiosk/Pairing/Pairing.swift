import FedowProtocol
import Model
import Signing

/// Who this kiosk is to its ledger.
public struct Pairing: Sendable {
  /// Where the ledger is, without a slash at the end.
  public let ledgerURL: String
  /// The place it charges for.
  public let place: EntityID
  /// Who is paid.
  public let placeWallet: EntityID
  /// What it signs with.
  public let credentials: PlaceCredentials
  /// Its id among the place's devices; nil when it was paired by the tills' handshake, whose key is the till's own.
  public let device: EntityID?

  /// A pairing.
  public init(
    ledgerURL: String, place: EntityID, placeWallet: EntityID, credentials: PlaceCredentials, device: EntityID? = nil
  ) {
    self.device = device
    self.ledgerURL = ledgerURL
    self.place = place
    self.placeWallet = placeWallet
    self.credentials = credentials
  }
}

extension Pairing {
  /// Reads the file's content.
  /// - Throws: `Refusal` with code `key_invalid`.
  init(parsing bytes: [UInt8]) throws(Refusal) {
    guard let json = try? JSON.parse(bytes), let url = json["ledger_url"]?.text,
      let place = json["place"]?.text.flatMap({ EntityID($0) }),
      let wallet = json["place_wallet"]?.text.flatMap({ EntityID($0) }), let apiKey = json["api_key"]?.text,
      let pem = json["private_key"]?.text, let key = try? RSAPrivateKey(pem: pem),
      let credentials = try? PlaceCredentials(apiKey: apiKey, key: key)
    else { throw Refusal(.keyInvalid, "The pairing file is damaged. Pair again: tapctl pair STRING --replace") }
    self.init(
      ledgerURL: url, place: place, placeWallet: wallet, credentials: credentials,
      device: json["device"]?.text.flatMap { EntityID($0) })
  }

  /// The file's content.
  var bytes: [UInt8] {
    let json: JSON = [
      "ledger_url": JSON(ledgerURL), "place": JSON(place.text), "place_wallet": JSON(placeWallet.text),
      "api_key": JSON(credentials.apiKey), "private_key": JSON(credentials.key.pem),
      "device": JSON(device?.text),
    ]
    return Array(json.pythonDump().utf8)
  }
}
