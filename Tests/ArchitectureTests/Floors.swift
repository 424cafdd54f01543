/// The design's table of layers: what each target of ours may import.
enum Floors {
  /// What reads no device, opens no file and no socket: allowed everywhere but in `Model` and `Rules`, which need none.
  private static let platform: Set = [
    "Glibc", "Musl", "Darwin", "Foundation", "FoundationEssentials", "Synchronization", "Dispatch",
  ]
  private static let services: Set = ["Logging", "ServiceLifecycle"]
  private static let server: Set = ["Hummingbird", "HTTPTypes", "NIOCore"]
  private static let ours: Set = [
    "Model", "Rules", "Signing", "Readers", "FedowProtocol", "Transport", "Ledger", "Kiosk", "LedgerHTTP", "KioskHTTP",
    "Console", "Stripe", "Festival",
  ]
  private static let program: Set = platform.union(services).union(server).union(ours)
    .union(["ArgumentParser", "TOMLKit", "UnixSignals"])

  static let table: [String: Set<String>] = [
    "Model": [],
    "CPCSC": [], "CNFC": [], "COpenSSL": [], "CCurl": [], "CLinux": [],
    "Rules": ["Model"],
    "Signing": platform.union(["Model", "COpenSSL"]),
    "Readers": platform.union(["Model", "CPCSC", "CNFC", "CLinux"]),
    "FedowProtocol": platform.union(["Model", "Signing"]),
    "Transport": platform.union(["CCurl"]),
    "Console": platform.union(["Model", "FedowProtocol"]),
    "Stripe": platform.union(["Model", "Signing", "FedowProtocol", "Transport"]),
    "Festival": platform.union(["Histogram", "Model", "Signing", "FedowProtocol", "Transport"]),
    "Ledger": platform.union(services).union([
      "GRDB", "Model", "Rules", "Signing", "FedowProtocol", "Transport", "Stripe",
    ]),
    "Kiosk": platform.union(services).union([
      "GRDB", "TOMLKit", "Model", "Rules", "Signing", "FedowProtocol", "Transport", "Readers",
    ]),
    "LedgerHTTP": platform.union(services).union(server)
      .union(["Model", "Rules", "Signing", "FedowProtocol", "Ledger"]),
    "KioskHTTP": platform.union(services).union(server)
      .union(["Model", "Rules", "Signing", "FedowProtocol", "Readers", "Kiosk"]),
    "ledgerd": program.union(["NIOPosix"]),
    "tapd": program,
    "tapctl": program,
    "Benchmarks": platform.union(services).union(ours).union(["ArgumentParser", "CLinux", "GRDB", "TestKit"]),
    "virtual-card": ["Glibc", "ArgumentParser", "Model", "TestKit"],
    "fedow-stand-in": platform.union(["ArgumentParser", "GRDB", "Model", "Signing", "FedowProtocol", "TestKit"]),
    "fault-test": platform.union(["ArgumentParser", "GRDB", "Model", "FedowProtocol", "Transport", "TestKit"]),
    "Simulation": platform.union(services).union(ours).union(["GRDB", "GRDBSQLite", "TestKit"]),
    "simulate": ["Glibc", "Foundation", "ArgumentParser", "Console", "FedowProtocol", "Simulation"],
    "Fuzzing": platform.union(services).union(ours).union(["TestKit"]),
    "fuzz": ["Glibc", "Fuzzing"],
    "TestKit": platform.union(services).union(ours).union(["CLinux"]),
  ]
}
