import Foundation

/// `ledgerd`, served for a measurement.
struct LedgerServer {
  let binaries: String
  let directory: String

  /// ledgerd on a free port, once it answers.
  func serve(_ ledger: SalesLedger, environment: [String: String] = [:]) async throws -> (
    port: Int, program: RunningProgram
  ) {
    let port = try LoopbackPort.free()
    return (port, try await serve(ledger, port: port, environment: environment))
  }

  /// ledgerd on this port, once it answers.
  func serve(_ ledger: SalesLedger, port: Int, environment: [String: String] = [:]) async throws -> RunningProgram {
    // A bound on requests a second is there for strangers, not for what is measured.
    let configuration = directory + "/sales.toml"
    try Data("rate_client = 0\nrate_stranger = 0\nrate_failure = 0\n".utf8).write(to: URL(filePath: configuration))
    let program = try Program(path: binaries + "/ledgerd").start(
      ["serve", "--data", ledger.dataDirectory, "--port", "\(port)", "--config", configuration],
      log: directory + "/sales.log", environment: environment)
    try await LocalService(port: port).waitUntilReady("/helloworld/")
    return program
  }
}
