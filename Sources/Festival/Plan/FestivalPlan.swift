import FedowProtocol
import Foundation
import Model

/// What an operator hands over for a festival: a pairing string and an operator's card for each place, and the cards.
///
/// `ledgerd festival --json` prints one; for a Fedow server it is written by hand.
public struct FestivalPlan: Sendable {
  /// The places, the issuer of the money first.
  public let places: [Place]
  /// What is paid with; nil: the first place's own local money.
  public let asset: EntityID?
  /// The tags of the guests' cards.
  public let cards: [String]

  /// A place that waits for its handshake.
  public struct Place: Sendable {
    /// Used up by the handshake.
    public let pairing: PairingString
    /// The tag of its operator's card.
    public let operatorCard: String
    /// What it is called, where that is known.
    public let name: String
  }

  /// Reads a plan: `{"places": [{"pairing": "...", "operator_card": "..."}], "cards": ["..."]}`.
  /// - Throws: `Refusal` with `not_found` or `request_malformed`.
  public init(file: String) throws(Refusal) {
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw Refusal(.notFound, "\(file) cannot be read.")
    }
    try self.init(Array(bytes))
  }

  /// Reads a plan's text.
  /// - Throws: `Refusal` with `request_malformed`.
  public init(_ bytes: [UInt8]) throws(Refusal) {
    guard let json = try? JSON.parse(bytes), let places = json["places"]?.elements, !places.isEmpty,
      let cards = json["cards"]?.elements?.compactMap(\.text), !cards.isEmpty
    else {
      throw Refusal(.requestMalformed, "A festival's plan has places and cards. On the server: ledgerd festival --json")
    }
    var read: [Place] = []
    for place in places {
      guard let text = place["pairing"]?.text, let card = place["operator_card"]?.text else {
        throw Refusal(.requestMalformed, "Each place of a plan has a pairing and an operator_card.")
      }
      read.append(
        Place(
          pairing: try PairingString(parsing: text), operatorCard: card,
          name: place["name"]?.text ?? "Place \(read.count + 1)"))
    }
    self.places = read
    self.cards = cards
    asset = json["asset"]?.text.flatMap { EntityID($0) }
  }
}
