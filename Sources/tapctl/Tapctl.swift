import ArgumentParser
import Kiosk

/// `tapctl`, the operator's command.
@main
struct Tapctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tapctl",
    abstract: "Operate a kiosk: pair it, charge, take back, refill, care for cards, report.",
    discussion: """
      Ends with 0 when it is done, 1 when it is refused or the operator says no, 2 when it would be refused (--dry-run),
      64 when the command is wrong or a question cannot be asked, 69 when tapd does not answer; `charge --wait` and `undo`
      have more of their own.
      Amounts are read as 3.50 and as 3,50, and printed as LC_ALL, LC_MONETARY or LANG has them. Emphasis is shown on
      terminals only, and not where NO_COLOR is set.
      """,
    version: TapKiosk.version,
    subcommands: [
      PairCommand.self, ReadersCommand.self, WatchCommand.self, ChargeCommand.self, EntranceCommand.self,
      CardCommand.self, RefillCommand.self, HealthCommand.self, CompleteCommand.self, CancelCommand.self,
      UndoCommand.self,
      OperatorCommand.self, OutboxCommand.self, DevicesCommand.self, AuditCommand.self,
      WalletCommand.self, ReportCommand.self, LoadCommand.self, CompletionsCommand.self, ManualCommand.self,
    ])
}
