import ArgumentParser
import Kiosk

/// `tapd`, the kiosk's daemon.
@main
struct Tapd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tapd", abstract: "Turns a card at a reader into a signed, durable debit in the ledger.",
    version: TapKiosk.version, subcommands: [RunCommand.self, ReaderWorkerCommand.self],
    defaultSubcommand: RunCommand.self)
}
