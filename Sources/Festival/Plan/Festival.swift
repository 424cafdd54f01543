import FedowProtocol
import Foundation
import Model
import Signing

/// Who plays a festival against a ledger: its places with their keys, and the tags of its cards.
public struct Festival: Sendable {
  /// The ledger's address, without a slash at its end.
  public let ledgerURL: String
  /// What is paid with; the first place issues it.
  public let asset: EntityID
  /// The first sells and refunds the money, all take it.
  public let stalls: [Stall]
  /// The `first_tag_id` of each guest's card.
  public let cards: [String]

  /// A place of the festival.
  public struct Stall: Sendable {
    /// What it is called.
    public let name: String
    /// Its uuid.
    public let place: EntityID
    /// Who is paid.
    public let wallet: EntityID
    /// The tag of its operator's card.
    public let operatorCard: String
    /// Its API key and RSA key.
    public let credentials: PlaceCredentials
  }

  /// Reads the file that `write` wrote.
  /// - Throws: `Refusal` with `not_found`, `request_malformed` or `key_invalid`.
  public init(file: String) throws(Refusal) {
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw Refusal(.notFound, "\(file) cannot be read. Make it with: tapctl load prepare")
    }
    guard let json = try? JSON.parse(Array(bytes)), let url = json["ledger_url"]?.text,
      let asset = json["asset"]?.text.flatMap({ EntityID($0) }), let stalls = json["places"]?.elements,
      let cards = json["cards"]?.elements?.compactMap(\.text), !stalls.isEmpty, !cards.isEmpty
    else {
      throw Refusal(
        .requestMalformed, "\(file) is no prepared festival: ledger_url, asset, places, cards. See tapctl load prepare")
    }
    var read: [Stall] = []
    for stall in stalls { read.append(try Stall(stall)) }
    self.init(ledgerURL: url, asset: asset, stalls: read, cards: cards)
  }

  init(ledgerURL: String, asset: EntityID, stalls: [Stall], cards: [String]) {
    self.ledgerURL = ledgerURL
    self.asset = asset
    self.stalls = stalls
    self.cards = cards
  }

  /// Writes it, keys and all, for its owner alone (mode 0600).
  /// - Throws: `Refusal` with `store_unavailable`.
  public func write(to file: String) throws(Refusal) {
    let json: JSON = [
      "ledger_url": JSON(ledgerURL), "asset": JSON(asset.text), "places": .array(stalls.map(\.json)),
      "cards": .array(cards.map { JSON($0) }),
    ]
    let isMade = FileManager.default.createFile(
      atPath: file, contents: Data(json.compactBytes), attributes: [.posixPermissions: 0o600])
    guard isMade else { throw Refusal(.storeUnavailable, "\(file) cannot be written.") }
  }
}

extension Festival.Stall {
  init(_ json: JSON) throws(Refusal) {
    guard let name = json["name"]?.text, let place = json["uuid"]?.text.flatMap({ EntityID($0) }),
      let wallet = json["wallet"]?.text.flatMap({ EntityID($0) }), let card = json["operator_card"]?.text,
      let apiKey = json["api_key"]?.text, let pem = json["private_key"]?.text
    else { throw Refusal(.requestMalformed, "A prepared place has a name, uuid, wallet, operator_card and its keys.") }
    guard let key = try? RSAPrivateKey(pem: pem), let credentials = try? PlaceCredentials(apiKey: apiKey, key: key)
    else { throw Refusal(.keyInvalid) }
    self.init(name: name, place: place, wallet: wallet, operatorCard: card, credentials: credentials)
  }

  var json: JSON {
    [
      "name": JSON(name), "uuid": JSON(place.text), "wallet": JSON(wallet.text), "operator_card": JSON(operatorCard),
      "api_key": JSON(credentials.apiKey), "private_key": JSON(credentials.key.pem),
    ]
  }
}
