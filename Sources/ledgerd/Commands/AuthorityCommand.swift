import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Who may make blocks.
struct AuthorityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "authority", abstract: "Who has authority to make blocks: list, rotate, revoke, prove.",
    discussion: """
      Each block is made by an authority: a place's device, whose signature it keeps, or the primary wallet, whose key
      seals every block. Keys get and lose authority by records in a chain, each signed by the primary wallet's key:
      when a device is paired, enrolled or revoked, a place is disabled, or a key is rotated. 'ledgerd verify' checks
      all of it.
      """,
    subcommands: [AuthorityList.self, AuthorityRotate.self, AuthorityRevoke.self, AuthorityProof.self])
}

/// Shows the chain of authorities.
struct AuthorityList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show every key that has or had authority, from which block to which.")

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      let records = try await administration.authorities()
      let places = Dictionary(try await administration.places().map { ($0.uuid, $0.name) }) { first, _ in first }
      let ends = Dictionary(
        records.compactMap { record in record.statement.ends.map { ($0, record.statement.after) } }
      ) { first, _ in first }
      let rows: [JSON] = records.filter { $0.statement.publicKey != nil }.map { record in
        let statement = record.statement
        return [
          "number": JSON(statement.number),
          "of": JSON(statement.place.map { places[$0] ?? $0.text } ?? "primary wallet"),
          "holder": JSON(statement.holder.text), "from": JSON(statement.after + 1),
          "until": ends[statement.number].map { JSON($0) } ?? "now", "reason": JSON(statement.reason),
          "fingerprint": JSON(statement.publicKey.map { String(AuthorityRecord.fingerprint(of: $0).prefix(16)) }),
        ]
      }
      let table = TextTable(rows, columns: ["number", "of", "holder", "from", "until", "reason", "fingerprint"])
      return (
        .array(records.map(\.json)),
        rows.isEmpty
          ? "No authority is written down yet; the server does so when it starts."
          : table.lines.joined(separator: "\n")
      )
    }
  }
}

/// Rotates the primary wallet's key.
struct AuthorityRotate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Put a new key of the primary wallet in the place of the present one.",
    discussion: """
      The record is signed by both keys and sealed in the same commit; the server signs with the new key at once. The
      secret in ledger.key stays the same. To end a place's keys: ledgerd place rotate-key.
      """)

  @OptionGroup var confirmation: Confirmation

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      try confirmation.confirm("Rotate the primary wallet's key?")
      let record = try await Administration(store: try options.store()).rotatePrimaryKey()
      let fingerprint = record.statement.publicKey.map { AuthorityRecord.fingerprint(of: $0) } ?? ""
      return (
        record.json,
        "The primary wallet has a new key from block \(record.statement.after + 1) on: \(fingerprint)"
      )
    }
  }
}

/// Takes a device's authority.
struct AuthorityRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Take a device's authority and its key; it makes no block from the next one on.")

  @Argument(help: "The record's number as 'ledgerd authority list' shows it, or the device's uuid.")
  var authority: String

  @OptionGroup var confirmation: Confirmation

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      try confirmation.confirm("Revoke the authority \(authority)?")
      let record = try await Administration(store: try options.store()).revokeAuthority(authority)
      return (
        record.json,
        "The authority \(record.statement.ends ?? 0) is revoked; its last block is \(record.statement.after) or before."
      )
    }
  }
}

/// Prints what proves a block.
struct AuthorityProof: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proof", abstract: "Print, as JSON, what proves by whose authority a transaction was made.",
    discussion: "As GET /v1/transactions/{uuid}/proof/ answers it; docs/check_proof.py checks it with openssl.")

  @Argument(help: "The transaction's uuid.")
  var transaction: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard let id = EntityID(transaction) else {
        throw Refusal(.requestMalformed, "'\(transaction)' is no uuid.")
      }
      let proof = try JSON.parse(try await LedgerQueries(store: try options.store()).proof(of: id).body)
      return (proof, proof.compact)
    }
  }
}
