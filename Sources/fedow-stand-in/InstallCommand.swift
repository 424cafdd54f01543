import ArgumentParser
import FedowProtocol
import Foundation
import Model

/// Makes the books: a place, its money, its cards with balances, and prints the pairing string.
struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Make the books of one place and print its pairing string as JSON.")

  @Option(help: "The directory of the books.")
  var data: String

  @Option(help: "The address that goes into the pairing string.")
  var domain = "http://127.0.0.1:1"

  @Option(help: "The tag id of the operator's card.")
  var primary: String

  @Option(help: "The categories of the place's moneys, with commas between: TLF,TNF.")
  var moneys = "TLF"

  @Argument(help: "Cards as TAG:BALANCE[:BALANCE...], a balance of each money.")
  var cards: [String]

  func run() throws {
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    let books = try StandInBooks(directory: data)
    let place = try books.addPlace(name: "Bar")
    let assets = try moneys.split(separator: ",").map { word in
      guard let category = AssetCategory(rawValue: String(word)) else { throw ValidationError("\(word) is no money.") }
      return try books.addAsset(category, of: place)
    }
    try books.addCard(primary, of: place, isPrimary: true)
    for card in cards {
      let parts = card.split(separator: ":").map { String($0) }
      try books.addCard(parts[0], of: place, isPrimary: false)
      for (asset, balance) in zip(assets, parts.dropFirst()) {
        guard let amount = Int64(balance) else { throw ValidationError("\(balance) is no balance.") }
        try books.fill(parts[0], with: amount, of: asset, place: place, primary: primary)
      }
    }
    let string = PairingString(domain: domain, place: place.uuid, temporaryKey: place.temporaryKey)
    let answer: JSON = [
      "pairing": JSON(string.text), "place": JSON(place.uuid.text), "wallet": JSON(place.wallet.text),
      "assets": .array(assets.map { JSON($0.text) }),
    ]
    print(answer.compact)
  }
}
