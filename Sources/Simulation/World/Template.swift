import FedowProtocol
import Kiosk
import Ledger
import Logging
import Model
import Signing
import TestKit

/// The federation that every run begins with, made once for the process by the ledger's own commands: two places, three
/// kiosks, cards with and without people, and their money. All but its secrets is the same in every process.
struct Template: Sendable {
  /// A place with its own money, and with what it gives away, which is taken nowhere else.
  struct Site: Sendable {
    let place: EntityID
    let wallet: EntityID
    let name: String
    let money: EntityID
    let gift: EntityID
    let operatorTag: String
  }

  /// A kiosk as it is paired at the beginning.
  struct Till: Sendable {
    let site: Int
    let device: EntityID
    let credentials: PlaceCredentials
  }

  /// A customer's card, and the wallet of its person when it has one.
  struct Card: Sendable {
    let tag: String
    let number: String
    let site: Int
    let person: EntityID?
  }

  /// The wallets of all people.
  var people: [EntityID] { cards.compactMap(\.person) + guests }

  /// By what address a guest is known.
  static func address(ofGuest number: Int) -> String { "guest\(number)@town.example" }

  var ledgerFiles: [String: [UInt8]] = [:]
  var kioskFiles: [String: [UInt8]] = [:]
  var sites: [Site] = []
  /// One of no federation, whose money lies on the cards and is taken nowhere else.
  var stranger: Site?
  /// Federations, and the places of each.
  var federations: [(id: EntityID, places: Set<EntityID>)] = []

  /// The federations that a place's cards are of.
  func federationNames(ofSite site: Int) -> [String] {
    zip(Self.federationNames, federations).filter { $1.places.contains(sites[site].place) }.map(\.0)
  }

  /// All places; the stranger is the last.
  var everyone: [Site] { sites + (stranger.map { [$0] } ?? []) }

  /// Who issues an asset.
  func issuer(ofAsset asset: String) -> Site? { everyone.first { $0.money.text == asset || $0.gift.text == asset } }

  /// The money of a place, in the order of all.
  func money(of site: Int) -> String { everyone[site].money.text }

  /// The place that issued a card: the second digit of its tag says which.
  func issuer(of tag: String) -> Int { tag.dropFirst().first == "0" ? 0 : 1 }
  var tills: [Till] = []
  var cards: [Card] = []
  /// The wallets of people who have no card yet.
  var guests: [EntityID] = []
  /// Cards that nobody has yet: they take the place of lost ones.
  var spares: [String] = []
  /// By which people sign, by their wallets.
  var keys: [EntityID: RSAPrivateKey] = [:]
  /// Keys for kiosks that are enrolled anew.
  var spareKeys: [RSAPrivateKey] = []

  static let names = ["Bar", "Cafe"]
  static let federationNames = ["Town", "Village"]
  static let strangerName = "Barn"
  static let tillSites = [0, 0, 1]
  static let url = "http://ledger"
  /// The ledger's secret lies on the real disk, which no simulated fault reaches; one for all runs of the process.
  static let secretPath = secrets.path + "/ledger.key"
  private static let secrets = TemporaryFolder()
  static let digest = CardDigest(key: Array(repeating: 7, count: 32))

  /// The one of this process.
  static let shared: Result<Template, Breach> = Result { () throws(Breach) in try TemplateBuilder.build() }
}
