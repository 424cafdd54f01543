import ArgumentParser
import Kiosk

/// `tapctl`, the operator's command.
@main
struct Tapctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tapctl",
    abstract: "Operate a kiosk: pair it, watch it, charge, take back, look at cards, refill them.",
    discussion: "Ends with 0 when done, 1 when refused, 69 when tapd does not answer; `charge --wait` has more.",
    version: TapKiosk.version,
    subcommands: [
      PairCommand.self, ReadersCommand.self, WatchCommand.self, ChargeCommand.self, CardCommand.self,
      RefillCommand.self, HealthCommand.self, CompleteCommand.self, CancelCommand.self, UndoCommand.self,
      OperatorCommand.self, OutboxCommand.self, DevicesCommand.self, AuditCommand.self,
    ])
}
