import ArgumentParser
import FedowProtocol
import Foundation
import Ledger
import Model

/// Where the ledger lies and how to print: the options that every command takes.
struct StoreOptions: ParsableArguments {
  @Option(name: .long, help: "The directory of the ledger (default: /var/lib/ledgerd, or as configured).")
  var data: String?

  @Option(name: .long, help: "The database file itself, instead of --data.")
  var database: String?

  @Option(name: .long, help: "The configuration file (default: /etc/fedow-tap/ledgerd.toml when it is there).")
  var config: String?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  /// What the configuration file says.
  func configuration() throws -> ServerConfiguration { try ServerConfiguration.load(path: config) }

  /// The database file, by option or by configuration.
  func databasePath() throws -> String {
    if let database { return database }
    return (try data ?? configuration().data) + "/ledger.sqlite"
  }

  /// The file of the server's secret, when it is not `ledger.key` beside the database.
  var secretPath: String? { ProcessInfo.processInfo.environment["LEDGERD_KEY_FILE"] }

  /// Opens the ledger.
  /// - Parameter creating: whether a new one may be made, with its directory.
  func store(creating: Bool = false) throws -> LedgerStore {
    let path = try databasePath()
    if creating {
      try makeDirectory(of: path)
    } else if !FileManager.default.fileExists(atPath: path) {
      throw Refusal(.configurationInvalid, "There is no ledger at \(path). Run: ledgerd install")
    }
    return try LedgerStore(path: path, secretPath: secretPath)
  }

  /// Makes the directory that a new ledger is to be in; the ledger's own user and group may read it.
  func makeDirectory(of path: String) throws {
    try FileManager.default.createDirectory(
      at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o750])
  }

  /// Runs a command's work and prints its result, or what was wrong with it; exit code 1 then.
  func run(_ work: () async throws -> (json: JSON, text: String)) async throws {
    try await refusing {
      let result = try await work()
      print(json ? result.json.compact : result.text)
    }
  }

  /// Runs the work of a command that prints line after line itself.
  func stream(_ work: (LineOutput) async throws -> Void) async throws {
    try await refusing {
      let output = LineOutput()
      try await work(output)
      try output.flush()
    }
  }

  private func refusing(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let exit as ExitCode {
      throw exit
    } catch {
      let refusal = error as? Refusal
      let code = refusal?.code ?? (error is CardFile.Faults ? .requestMalformed : .storeUnavailable)
      let sentence = refusal?.sentence ?? "\(error)"
      if json { print((["code": JSON(code.rawValue), "sentence": JSON(sentence)] as JSON).compact) }
      FileHandle.standardError.write(Data("ledgerd: \(sentence)\n".utf8))
      throw ExitCode.failure
    }
  }
}
