import ArgumentParser

/// `tapctl card`.
struct CardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "The life of a card: show it, make it known, block, replace and refund it.",
    discussion: """
      A card is named by its tag, full UID, printed number, QR code (or its whole address), its holder's email, or with
      --tap by holding it to the reader. Everything that changes something needs an operator's card: tapctl operator open.
      """,
    subcommands: [
      CardShowCommand.self, CardImportCommand.self, CardEnrollCommand.self, CardUnenrollCommand.self,
      CardBindCommand.self, CardLostCommand.self, CardUnblockCommand.self, CardReassignCommand.self,
      CardUndoReassignCommand.self, CardRefundCommand.self, CardVoidCommand.self, CardHistoryCommand.self,
      CardSightingsCommand.self,
    ])
}

/// Says yes beforehand.
struct Agreement: ParsableArguments {
  @Flag(help: "Do not ask.")
  var yes = false
}
