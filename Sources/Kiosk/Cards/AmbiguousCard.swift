import FedowProtocol
import Model

/// Several cards are meant, and something is to be done to one.
public struct AmbiguousCard: Error, Sendable {
  /// The sheets of those that are meant.
  public let candidates: [JSON]

  /// What is said of it: each card, and how to name one exactly.
  public var refusal: Refusal {
    let names = candidates.map { sheet in
      "tag:\(sheet["tag"]?.text ?? "?") (printed \(sheet["number_printed"]?.text ?? "?"))"
    }
    return Refusal(.cardAmbiguous, "\(Refusal.Code.cardAmbiguous.sentence) Name one: \(names.joined(separator: ", ")).")
  }
}
