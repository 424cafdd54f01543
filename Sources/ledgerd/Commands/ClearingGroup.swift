import ArgumentParser
import FedowProtocol
import Ledger
import Model
import Rules

/// What places settle with each other.
struct ClearingGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clearing", abstract: "Settle what places hold of each other's money.",
    discussion: """
      A place that took another's money has it paid out by its issuer: in primary tokens, or by a bank transfer that the
      payer declares and the payee confirms. 'positions' shows where everyone stands, 'propose' fixes it for the places
      to agree to, here or by their own signature (/v1/clearings/). Once every place of a part has agreed, all that it
      hands back and pays is posted together. The sum of all positions is zero.
      """,
    subcommands: [
      ClearingPositions.self, ClearingPropose.self, ClearingList.self, ClearingShow.self,
      ClearingAgree.self,
      ClearingDecline.self, ClearingDeclare.self, ClearingConfirm.self, ClearingSettle.self,
    ])
}

extension ClearingNetting: ExpressibleByArgument {}
extension ClearingMeans: ExpressibleByArgument {}

extension EntityID: ExpressibleByArgument {
  /// A uuid as it is typed.
  public init?(argument: String) { self.init(argument) }
}

/// Which clearing is asked for.
struct ClearingPeriod: ParsableArguments {
  @Option(name: .long, help: "The federation's name.")
  var federation: String

  @Option(
    name: .long, help: "Only what was taken from this instant on, like 2026-07-01T00:00:00+02:00.")
  var from: String?

  @Option(name: .long, help: "Only what was taken before this instant; without it: until now.")
  var to: String?

  @Option(
    name: .long,
    help: "bilateral: any two places by themselves; multilateral: all that claims connect.")
  var netting = ClearingNetting.multilateral

  @Option(
    name: .long, help: "How it is paid: primary (tokens of the federation) or bank (transfers).")
  var by = ClearingMeans.primary

  @Option(name: .long, help: "Which kinds of money: TLF, TNF or both.")
  var category = "TLF"

  @Option(name: .long, help: "Leave this place out: name or uuid; more than once for several.")
  var without: [String] = []

  func request(days: Int64 = 30) throws -> ClearingRequest {
    var request = ClearingRequest(federation: federation)
    request.from = try from.map(instant)
    request.to = try to.map(instant)
    (request.netting, request.means, request.without, request.days) = (netting, by, without, days)
    request.categories = try PlacePolicy.categories(category)
    return request
  }
}

/// How a clearing is shown.
struct ClearingOutput: ParsableArguments {
  @Flag(name: .long, help: "Print the positions as CSV.")
  var csv = false

  @Option(name: .long, help: "Write a page with a chart of the positions to this file.")
  var html: String?

  func printout(_ clearing: JSON, isProposed: Bool = true) throws -> (json: JSON, text: String) {
    let sheet = ClearingSheet(clearing, isProposed: isProposed)
    try html.map(ClearingPage(sheet: sheet).write)
    return (clearing, csv ? sheet.csv : sheet.text)
  }
}
