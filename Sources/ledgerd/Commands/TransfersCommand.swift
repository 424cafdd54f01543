import ArgumentParser
import FedowProtocol
import Ledger
import Model
import Rules

/// What people may give to each other.
struct TransfersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfers", abstract: "Transfers: what people may give to each other, and how much of it.",
    subcommands: [TransfersLimits.self])
}

/// Shows or changes on what terms people may give money.
struct TransfersLimits: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits", abstract: "Show or change what may be given, and how much at once, in a day and in total.",
    discussion: """
      Of a federation by its name, for the money of its places; or of the whole server without one, which holds for the
      federated money and where no federation of the money's place has any terms. Where several have, the narrowest holds.
      People may set narrower limits of their own. What is counted is all that a sender gives, of whatever money.
      Sums are written like 20.00; 'none' takes a limit away. Memberships and badges are never given.
      """)

  @Argument(help: "The federation's name; without it, the whole server.")
  var federation: String?

  @Option(name: .long, help: "The most at once, or none.")
  var perTransfer: String?

  @OptionGroup var limits: TermLimits

  @Option(name: .long, help: "What may be given, like FED,TLF,TIM (also TNF, FID); 'none' for nothing.")
  var categories: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      let (change, kinds) = (try limits.change(atOnce: perTransfer), try categories.map(Self.kinds))
      let terms =
        if change == nil, kinds == nil {
          try await administration.transferTerms(federation: federation)
        } else {
          try await administration.changeTransferTerms(federation: federation) { terms in
            change?.apply(to: &terms.limits, &terms.timeZone)
            if let kinds { terms.categories = kinds }
          }
        }
      return (terms.json(federation: federation), terms.lines)
    }
  }

  private static func kinds(_ text: String) throws -> Set<AssetCategory> {
    if text == "none" { return [] }
    return Set(
      try text.split(separator: ",").map { word in
        guard let kind = AssetCategory(rawValue: word.uppercased()), !TransferTerms.personal.contains(kind) else {
          throw Refusal(.requestMalformed, "'\(word)' is not given; the kinds are FED, TLF, TNF, TIM and FID.")
        }
        return kind
      })
  }
}

extension TransferTerms {
  fileprivate var lines: String {
    let kinds = categories.map(\.rawValue).sorted().joined(separator: ", ")
    return "what        \(kinds.isEmpty ? "nothing" : kinds)\n"
      + TermLimits.lines(atOnce: "at once", limits, timeZone: timeZone)
  }
}
