import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Puts another card in the place of one.
struct CardReassign: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reassign", abstract: "Put an unused card in the place of another one, which is blocked for ever.",
    discussion: """
      The new card opens the same wallet: balances, memberships and history stay. A person's card moves by their own \
      signature alone. Within 10 minutes, while the new card is not used, --undo takes it back.
      """)

  @Option(name: .long, help: "The card that is lost or broken: tag, full UID, printed number or QR code.")
  var from: String?

  @Option(name: .long, help: "The card that takes its place, named in the same way.")
  var to: String?

  @Flag(name: .long, help: "Move the rights of an operator's card too, at all places.")
  var withPrimary = false

  @Flag(name: .long, help: "Only show what would move.")
  var dryRun = false

  @Option(name: .long, help: "Undo the reassignment of this id, which was made here.")
  var undo: String?

  @Option(name: .long, help: "Why; it is kept in the audit trail.")
  var reason: String?

  @OptionGroup var confirmation: Confirmation
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      if let undo { return try await takeBack(undo, administration) }
      guard let from, let to else { throw Refusal(.requestMalformed, "Give --from and --to, or --undo.") }
      let preview = try await administration.previewReassignment(from: from, to: to, withPrimary: withPrimary)
      if dryRun { return (preview, preview.moveText) }
      try confirmation.confirm("\(preview.moveText)\nGo on?")
      let done = try await administration.reassign(from: from, to: to, withPrimary: withPrimary, reason: reason)
      let new = done["to"]?.cardLine ?? "?"
      return (done, "Card \(new) is in its place. To undo: ledgerd card reassign --undo \(done["id"]?.text ?? "?")")
    }
  }

  private func takeBack(_ undo: String, _ administration: Administration) async throws -> (JSON, String) {
    guard let id = EntityID(undo) else { throw Refusal(.requestMalformed, "'\(undo)' is no uuid.") }
    try confirmation.confirm("Undo reassignment \(id)?")
    let done = try await administration.undoReassignment(id)
    return (done, "Card \(done["from"]?.cardLine ?? "?") is as it was before.")
  }
}

extension JSON {
  /// A reassignment's preview for a person; money in minor units, as everywhere on the server.
  fileprivate var moveText: String {
    let moves = self["moves"]
    let held = (moves?["balances"]?.elements ?? []) + (moves?["memberships"]?.elements ?? [])
    let lines =
      ["From \(self["from"]?.cardLine ?? "?") to \(self["to"]?.cardLine ?? "?"):"]
      + held.map { "  \($0["balance"]?.int64 ?? 0)  \($0["name"]?.text ?? "?")" }
      + (moves?["primary_of"]?.elements ?? []).map { "  operator's rights at \($0.text ?? "?")" }
      + (self["sentence"]?.text.map { ["Not possible: \($0)"] } ?? [])
    return lines.joined(separator: "\n")
  }
}
