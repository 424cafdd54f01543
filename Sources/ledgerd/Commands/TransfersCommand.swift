import ArgumentParser
import Console
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

  @Option(name: .long, help: "The most in a local day, or none.")
  var perDay: String?

  @Option(name: .long, help: "The most ever, or none.")
  var total: String?

  @Option(name: .long, help: "What may be given, like FED,TLF,TIM (also TNF, FID); 'none' for nothing.")
  var categories: String?

  @Option(name: .long, help: "Whose days are counted, like Europe/Paris.")
  var timeZone: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      let isChange =
        perTransfer != nil || perDay != nil || total != nil || timeZone != nil || categories != nil
      let limits = (
        try FederationTerms.limit(perTransfer), try FederationTerms.limit(perDay), try FederationTerms.limit(total)
      )
      let kinds = try categories.map(Self.kinds)
      let zone = timeZone
      let terms =
        try await isChange
        ? administration.changeTransferTerms(federation: federation) { terms in
          if let perTransfer = limits.0 { terms.limits.perTap = perTransfer }
          if let perDay = limits.1 { terms.limits.perDay = perDay }
          if let total = limits.2 { terms.limits.total = total }
          if let kinds { terms.categories = kinds }
          if let zone { terms.timeZone = zone }
        } : administration.transferTerms(federation: federation)
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
    let amount = { (limit: Int64?) in limit.map { Money.here.text(Amount(minorUnits: $0)) } ?? "no limit" }
    let kinds = categories.map(\.rawValue).sorted().joined(separator: ", ")
    return """
      what        \(kinds.isEmpty ? "nothing" : kinds)
      at once     \(amount(limits.perTap))
      a day       \(amount(limits.perDay))
      in total    \(amount(limits.total))
      time zone   \(timeZone ?? "the server's")
      """
  }
}
