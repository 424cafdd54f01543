import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Sums that wait for an answer from outside.
struct ReservationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reservations", abstract: "Sums that lie fast until somebody outside has answered.",
    discussion: """
      Before somebody outside is asked to pay, the sum is reserved: it stays in its wallet and cannot be spent. Their
      answer makes a transaction of it or gives it back. What nobody was asked for expires by itself.
      """,
    subcommands: [ReservationsList.self, ReservationsRelease.self], defaultSubcommand: ReservationsList.self)
}

/// Lists them.
struct ReservationsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the reservations that have not ended, in the order in which they began.")

  @Flag(name: .long, help: "Also those that have ended.")
  var all = false

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let found = try await Administration(store: try options.store()).reservations(open: !all).map(\.json)
      let table = TextTable(
        found, columns: ["id", "state", "amount", "purpose", "wallet", "created_at", "expires_at", "reason"],
        texts: ["amount": { Amount(minorUnits: $0.int64 ?? 0).description }])
      return (.array(found), found.isEmpty ? "Nothing is reserved." : table.lines.joined(separator: "\n"))
    }
  }
}

/// Gives one back by hand.
struct ReservationsRelease: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Give a reserved sum back by hand.",
    discussion: """
      One in the state 'asked' waits for somebody outside who may have paid: given back, it could be spent as well. Look
      there first; then say --not-paid.
      """)

  @Argument(help: "The reservation's id.")
  var id: String

  @Flag(name: .long, help: "Whoever was asked to pay it has not done so and never will.")
  var notPaid = false

  @OptionGroup var confirmation: Confirmation
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      let reservation = try await administration.reservation(id)
      let amount = Amount(minorUnits: reservation.amount)
      try confirmation.confirm(
        "Give \(amount) back to wallet \(reservation.wallet), reserved for '\(reservation.purpose.rawValue)' and "
          + "\(reservation.state.rawValue)?")
      let released = try await administration.release(reservation: reservation.id, isAnswered: notPaid)
      return (released.json, "\(amount) in wallet \(released.wallet) can be spent again.")
    }
  }
}
