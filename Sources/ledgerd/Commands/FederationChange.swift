import ArgumentParser
import FedowProtocol
import Ledger

/// What every change of a federation takes, and how it is made.
struct FederationChange: ParsableArguments {
  @Argument(help: "The federation's name.")
  var federation: String

  @Argument(help: "The place's or the asset's name or uuid.")
  var member: String

  @OptionGroup var options: StoreOptions

  /// Makes the change with this member, and prints the federation as it is then.
  func make(_ change: (String) -> Administration.FederationChange) async throws {
    try await options.run {
      let answer = try await Administration(store: try options.store()).change(federation: federation, change(member))
      return (answer.json, answer.json.federationLine)
    }
  }
}

extension JSON {
  /// A federation in one line.
  var federationLine: String {
    let names = { (key: String) in
      (self[key]?.elements ?? []).compactMap { $0["name"]?.text }.joined(separator: ", ")
    }
    return
      "\(self["uuid"]?.text ?? "")  \(self["name"]?.text ?? "")  places: \(names("places"))  assets: \(names("assets"))"
  }
}
