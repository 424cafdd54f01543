import ArgumentParser
import Console
import FedowProtocol
import Ledger
import Model

/// Shows or changes what cards may be debited by default.
struct FederationTerms: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "terms",
    abstract: "Show or change how much may be debited from a card whose owner set nothing of their own.",
    discussion: """
      Of a federation by its name, or of the whole server without one; the server's hold where no federation of the
      card's place has any, and where several have, the narrowest holds. They count at once for cards that belong to
      nobody, and for people's from their next linking on. A day's and the total limit count from when they are set.
      Sums are written like 20.00; 'none' takes a limit away.
      """)

  @Argument(help: "The federation's name; without it, the whole server.")
  var federation: String?

  @Option(name: .long, help: "The most in one debit, or none.")
  var perTap: String?

  @Option(name: .long, help: "The most in a local day, or none.")
  var perDay: String?

  @Option(name: .long, help: "The most ever, or none.")
  var total: String?

  @Option(name: .long, help: "Whose days are counted, like Europe/Paris.")
  var timeZone: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      let isChange = perTap != nil || perDay != nil || total != nil || timeZone != nil
      let limits = (try Self.limit(perTap), try Self.limit(perDay), try Self.limit(total))
      let zone = timeZone
      let terms =
        try await isChange
        ? administration.changeTerms(federation: federation) { terms in
          if let perTap = limits.0 { terms.limits.perTap = perTap }
          if let perDay = limits.1 { terms.limits.perDay = perDay }
          if let total = limits.2 { terms.limits.total = total }
          if let zone { terms.timeZone = zone }
        } : administration.terms(federation: federation)
      let amount = { (limit: Int64?) in limit.map { Money.here.text(Amount(minorUnits: $0)) } ?? "no limit" }
      return (
        terms.json(federation: federation),
        """
        a debit     \(amount(terms.limits.perTap))
        a day       \(amount(terms.limits.perDay))
        in total    \(amount(terms.limits.total))
        time zone   \(terms.timeZone ?? "the server's")
        """
      )
    }
  }

  /// Nil: not given; `.some(nil)`: none.
  static func limit(_ text: String?) throws -> Int64?? {
    guard let text else { return nil }
    if text == "none" { return .some(nil) }
    let limit = try Amount(decimal: text).minorUnits
    guard limit > 0 else { throw Refusal(.amountInvalid, "A limit is above 0; 'none' takes it away.") }
    return .some(limit)
  }
}
