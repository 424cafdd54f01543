import ArgumentParser
import FedowProtocol
import Ledger

/// Checks the books.
struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Recompute every hash, link, balance, sum and signature; exit 1 and name the rows on any break.",
    discussion: """
      Each block's request must be signed by a key that had authority then, and each block stand under a seal of the
      primary wallet's key; only the newest may still wait for theirs, and are counted. All authority comes from the
      first key: write its fingerprint down elsewhere, and give it with --root.
      """)

  @Option(name: .long, help: "The fingerprint that the first key of authority must have.")
  var root: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let audit = LedgerAudit(store: try options.store(), root: root)
      let total = Int(try await audit.transactionCount())
      let bar = ProgressBar("transactions")
      let verdict = try await audit.run { bar.show($0, of: total) }
      bar.end()
      let json: JSON = [
        "sound": .bool(verdict.isSound), "transactions": JSON(Int64(verdict.transactions)),
        "assets": JSON(Int64(verdict.assets)), "balances": JSON(Int64(verdict.balances)),
        "proof": verdict.proof.json,
        "breaks": .array(verdict.breaks.map { ["row": JSON($0.row), "reason": JSON($0.reason)] }),
      ]
      let counts = "\(verdict.transactions) transactions, \(verdict.assets) assets, \(verdict.balances) balances"
      guard verdict.isSound else {
        print(
          options.json
            ? json.compact
            : "The books are BROKEN (\(counts)):\n" + verdict.breaks.map { "\($0)" }.joined(separator: "\n"))
        throw ExitCode.failure
      }
      return (json, "The books are sound: \(counts).\n\(verdict.proof.lines)")
    }
  }
}

extension LedgerAudit.Proof {
  /// For programs.
  fileprivate var json: JSON {
    [
      "root": JSON(root), "authorities": JSON(Int64(authorities)), "seals": JSON(Int64(seals)),
      "signed_by_places": JSON(Int64(signedByPlaces)), "signed_by_persons": JSON(Int64(signedByPersons)),
      "unsealed": JSON(Int64(unsealed)), "unsealed_since": JSON(unsealedSince?.wire),
      "unsealed_authorities": JSON(Int64(unsealedAuthorities)),
    ]
  }

  /// For people.
  fileprivate var lines: String {
    guard let root else { return "No authority is written down yet; the server does so when it starts." }
    var lines = [
      "Signed by places: \(signedByPlaces), by persons: \(signedByPersons); all under \(seals) seals, by "
        + "\(authorities) records of authority.",
      "The first key's fingerprint: \(root)",
    ]
    if unsealed > 0 || unsealedAuthorities > 0 {
      lines.append(
        "Not sealed yet, at the end: \(unsealed) transactions\(unsealedSince.map { " since \($0.wire)" } ?? ""), "
          + "\(unsealedAuthorities) records of authority.")
    }
    return lines.joined(separator: "\n")
  }
}
