import ArgumentParser
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

  @OptionGroup var limits: TermLimits
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      let change = try limits.change(atOnce: perTap)
      let terms =
        if let change {
          try await administration.changeTerms(federation: federation) { change.apply(to: &$0.limits, &$0.timeZone) }
        } else {
          try await administration.terms(federation: federation)
        }
      return (
        terms.json(federation: federation),
        TermLimits.lines(atOnce: "a debit", terms.limits, timeZone: terms.timeZone)
      )
    }
  }
}
