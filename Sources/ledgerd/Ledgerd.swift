import ArgumentParser

/// The federation's ledger: its server, and what only the server's own operator may do.
@main
struct Ledgerd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledgerd",
    abstract: "The ledger of a federation of places: balances, cards and a chain of transactions.",
    discussion: """
      Begin with: ledgerd install, then place create, asset create, card import, card primary, and serve.
      The commands may run while the server does; it sees their effect at once.
      """,
    subcommands: [
      Install.self, Serve.self, PlaceCommand.self, AssetCommand.self, CardCommand.self, FederationCommand.self,
      DelegationCommand.self, DemurrageCommand.self, ClearingGroup.self, AuthorityCommand.self,
      ReservationsCommand.self, PrimaryCommand.self, PayoutCommand.self, TransfersCommand.self, MembershipCommand.self,
      StripeCommand.self, FestivalCommand.self, ReportCommand.self, Audit.self, Verify.self, Backup.self,
      Restore.self, Export.self, OpenAPI.self, Completions.self, Manual.self,
    ])
}
