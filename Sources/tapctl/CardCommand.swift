import ArgumentParser

/// `tapctl card`.
struct CardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Look at cards.", subcommands: [CardShowCommand.self])
}
