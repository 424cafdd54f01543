import ArgumentParser
import FedowProtocol
import Ledger

/// Shows the federations.
struct FederationList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show all federations, their places and their assets.")

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let answers = try await Administration(store: try options.store()).federations().map(\.json)
      return (.array(answers), answers.map(\.federationLine).joined(separator: "\n"))
    }
  }
}

/// Let a place in.
struct FederationAddPlace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add-place", abstract: "Let a place in.")

  @Argument(help: "The federation's name.")
  var federation: String

  @Argument(help: "The place's name or uuid.")
  var place: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let answer = try await Administration(store: try options.store()).change(
        federation: federation, .addPlace(place))
      return (answer.json, answer.json.federationLine)
    }
  }
}

/// Put a place out; what it holds stays its own.
struct FederationRemovePlace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove-place", abstract: "Put a place out; what it holds stays its own.")

  @Argument(help: "The federation's name.")
  var federation: String

  @Argument(help: "The place's name or uuid.")
  var place: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let answer = try await Administration(store: try options.store()).change(
        federation: federation, .removePlace(place))
      return (answer.json, answer.json.federationLine)
    }
  }
}

/// Share an asset.
struct FederationAddAsset: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add-asset", abstract: "Share an asset.")

  @Argument(help: "The federation's name.")
  var federation: String

  @Argument(help: "The asset's name or uuid.")
  var asset: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let answer = try await Administration(store: try options.store()).change(
        federation: federation, .addAsset(asset))
      return (answer.json, answer.json.federationLine)
    }
  }
}

/// Share an asset no longer; what is held of it stays.
struct FederationRemoveAsset: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove-asset", abstract: "Share an asset no longer; what is held of it stays.")

  @Argument(help: "The federation's name.")
  var federation: String

  @Argument(help: "The asset's name or uuid.")
  var asset: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let answer = try await Administration(store: try options.store()).change(
        federation: federation, .removeAsset(asset))
      return (answer.json, answer.json.federationLine)
    }
  }
}

extension JSON {
  /// A federation in one line.
  fileprivate var federationLine: String {
    let names = { (key: String) in
      (self[key]?.elements ?? []).compactMap { $0["name"]?.text }.joined(separator: ", ")
    }
    return
      "\(self["uuid"]?.text ?? "")  \(self["name"]?.text ?? "")  places: \(names("places"))  assets: \(names("assets"))"
  }
}
