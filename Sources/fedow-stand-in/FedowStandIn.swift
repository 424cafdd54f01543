import ArgumentParser

/// `fedow-stand-in`: a server that behaves as a genuine Fedow does towards a kiosk, its weaknesses included.
@main
struct FedowStandIn: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fedow-stand-in",
    abstract: "Stand in for a Fedow server, for tests: what was recorded of one, and no more.",
    discussion: """
      It knows no idempotency: the same signed sale sent twice debits twice. It may commit a sale long after its client
      has given up. What a genuine one does besides (forks of the chain and lost updates under load) it does not do.
      """, subcommands: [InstallCommand.self, ServeCommand.self])
}
