import ArgumentParser
import Foundation
import TestKit

/// Serves the books until it is killed.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the books on a port that the system chooses, and say which.")

  @Option(help: "The directory of the books.")
  var data: String

  @Option(help: "What the faults are drawn from.")
  var seed: UInt64 = 0

  @Option(help: "How many of a hundred sales and refills meet a fault of the server's own.")
  var faults = 0

  @Option(help: "How late a sale is committed at most, in milliseconds.")
  var latestCommit = 600

  @Flag(help: "Let workers die between the balances and the transaction too.")
  var forgetful = false

  func run() async throws {
    let drawn = ServerFaults(
      seed: seed, share: Double(faults) / 100, isForgetful: forgetful, latest: .milliseconds(latestCommit))
    let server = try StandInServer(books: StandInBooks(directory: data), faults: drawn)
    try server.open()
    FileHandle.standardError.write(Data("fedow-stand-in: listening on 127.0.0.1:\(server.port)\n".utf8))
    // Until it is killed: it is made to be.
    for await _ in AsyncStream<Never>.makeStream().stream {}
  }
}
