import ArgumentParser

/// `tapctl load`.
struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Play a festival against a ledger that is there for it, and check its books.",
    discussion: """
      On a ledger made for it: ledgerd festival --json > plan.json
      Then, from any machine:  tapctl load prepare plan.json --output festival.json
                               tapctl load run festival.json --chart latency.svg
      For a Fedow server the plan is written by hand: {"places": [{"pairing": "STRING", "operator_card": "TAG"}, ...],
      "cards": ["TAG", ...]}; the first place issues the money. Say --dialect fedow then.
      """,
    subcommands: [LoadPrepareCommand.self, LoadRunCommand.self])
}
