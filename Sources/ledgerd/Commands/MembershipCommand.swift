import ArgumentParser
import Console
import FedowProtocol
import Ledger
import Model
import Rules

/// Memberships: how long they are, what they cost, and what became of their renewals.
struct MembershipCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "membership", abstract: "Memberships: their periods and prices, and their renewals.",
    subcommands: [
      MembershipSet.self, MembershipShow.self, MembershipGrant.self, MembershipRenewals.self, MembershipRun.self,
    ])
}

/// Sets the terms of a membership.
struct MembershipSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Say how long a membership lasts and what its renewal costs, from now on.",
    discussion: """
      The periods: year (until the same day of the next), civil-year (until December 31), month, week, day (the local
      day) and hour. A membership of days ends at a local midnight; one that is paid on without a gap keeps the day of the
      month on which it began. What was paid before stays as long as it was; what was paid before there were any terms
      gets the length of the first.
      A renewal debits its price under a delegation that the member granted for the purpose 'subscription', and is tried
      until the grace after the end is over. Sums are written like 20.00.
      """)

  @Argument(help: "The membership: name or uuid of an asset of the category SUB.")
  var asset: String

  @Option(name: .long, help: "year, civil-year, month, week, day or hour.")
  var period: String

  @Option(name: .long, help: "What a renewal costs; without it, nothing.")
  var price: String?

  @Option(name: .long, help: "The money that it is paid in: name or uuid of an asset.")
  var paidIn: String?

  @Option(
    name: .long, help: "For how many days after the end a renewal is tried (default: as is usual for the period).")
  var graceDays: Int64?

  @Option(name: .long, help: "Whose calendar counts, like Europe/Paris (default: the federation's).")
  var timeZone: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard let period = MembershipPeriod(word: period) else {
        throw Refusal(.requestMalformed, "--period is year, civil-year, month, week, day or hour.")
      }
      var change = MembershipChange(
        period: period, priceAsset: paidIn, price: try price.map { try Amount(decimal: $0).minorUnits } ?? 0)
      if let graceDays {
        guard (0...366).contains(graceDays) else {
          throw Refusal(.requestMalformed, "--grace-days is from 0 to 366.")
        }
        change.grace = graceDays * 86_400
      }
      change.timeZone = timeZone
      let terms = try await Administration(store: try options.store()).setMembership(asset: asset, change)
      return (terms.json, terms.lines)
    }
  }
}

/// Shows the terms of memberships.
struct MembershipShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show how long memberships last and what they cost, and what held before.")

  @Argument(help: "Only this membership: name or uuid of its asset.")
  var asset: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let found = try await Administration(store: try options.store()).memberships(asset: asset)
      let json: [JSON] = found.map { entry in
        [
          "asset": JSON(entry.asset.uuid.text), "asset_name": JSON(entry.asset.name),
          "terms": .array(entry.terms.map(\.json)),
        ]
      }
      let text = found.map { entry in
        ([entry.asset.name] + (entry.terms.isEmpty ? ["no terms; it does not end"] : entry.terms.map(\.lines)))
          .joined(separator: "\n\n")
      }
      return (.array(json), text.isEmpty ? "There is no membership." : text.joined(separator: "\n\n"))
    }
  }
}

/// Shows what became of renewals.
struct MembershipRenewals: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "renewals", abstract: "Show the renewals of a place's memberships, and why one was not made.")

  @Argument(help: "The place: name or uuid.")
  var place: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let renewals = try await Administration(store: try options.store()).renewals(place: place)
      let table = TextTable(
        renewals.elements ?? [], columns: ["name", "wallet", "from", "state", "code", "tries", "tried_at", "amount"],
        texts: ["amount": decimal])
      return (renewals, table.rows.isEmpty ? "No renewal was due yet." : table.lines.joined(separator: "\n"))
    }
  }
}

/// Renews what is due.
struct MembershipRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "renew", abstract: "Renew now what is due and was not renewed yet.",
    discussion: """
      The server does so by itself each minute. This may run while it does, and finds nothing to do the second time.
      """)

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let done = try await Administration(store: try options.store()).runRenewals()
      let count = { (field: String) in done[field]?.int64 ?? 0 }
      return (done, "\(count("posted")) renewed, \(count("failing")) not yet, \(count("lapsed")) lapsed")
    }
  }
}

extension MembershipTerms {
  fileprivate var lines: String {
    let cost = price == 0 ? "nothing" : "\(Money.here.text(Amount(minorUnits: price))) of \(priceAsset?.text ?? "")"
    return """
      from        \(LedgerTime(microseconds: from).wire)
      period      \(period.word)
      a renewal   \(cost)
      grace       \(grace / 86_400) days \(grace % 86_400) s
      time zone   \(timeZone)
      """
  }
}
