import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Which clearing is meant, and of it which part.
struct ClearingPart: ParsableArguments {
  @Argument(help: "The clearing's uuid.")
  var clearing: EntityID

  @Option(name: .long, help: "Only this part of it, by its number.")
  var part: Int64?
}

/// Which payment of a clearing is meant.
struct ClearingPaymentArguments: ParsableArguments {
  @Argument(help: "The clearing's uuid.")
  var clearing: EntityID

  @Option(name: .long, help: "The part, by its number.")
  var part: Int64 = 1

  @Option(name: .long, help: "The payment, by its number.")
  var payment: Int64

  @Option(name: .long, help: "The place that says so: name or uuid.")
  var place: String
}

extension StoreOptions {
  /// Says something of a clearing, and prints what it is then.
  func say(_ word: (Administration) async throws -> JSON) async throws {
    try await run { ClearingSheet(try await word(Administration(store: try store()))).printout }
  }
}
