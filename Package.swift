// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
]

/// A target of ours: strict concurrency, warnings are errors.
func floor(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// How a release is linked, for a small process: a till's memory is what its resident pages are.
/// Packed relocations (the C library of Debian 12 has them) take 3 MB less to read at the start, and without exports, which
/// only plug-ins need, the linker drops what nothing calls.
let lean: [LinkerSetting] = [
  .unsafeFlags(
    ["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-export-dynamic"],
    .when(configuration: .release))
]

func program(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: path, swiftSettings: strict, linkerSettings: lean)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")

let package = Package(
  name: "fedow-tap",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "tapd", targets: ["tapd"]),
    .executable(name: "ledgerd", targets: ["ledgerd"]),
    .executable(name: "tapctl", targets: ["tapctl"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // Floor 0: values, and the system libraries as Swift sees them.
    floor("Model", []),
    .systemLibrary(name: "CPCSC", pkgConfig: "libpcsclite", providers: [.apt(["libpcsclite-dev"])]),
    .systemLibrary(name: "CNFC", pkgConfig: "libnfc", providers: [.apt(["libnfc-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLinux"),
    // Floor 1: pure decisions, cryptography, readers.
    floor("Rules", ["Model"]),
    floor("Signing", ["Model", "COpenSSL"]),
    floor("Readers", ["Model", "CPCSC", "CNFC", "CLinux"]),
    // Floor 2: the wire.
    floor("FedowProtocol", ["Model", "Signing"]),
    floor("Transport", ["CCurl"]),
    floor("Console", ["Model", "FedowProtocol"]),
    floor("Stripe", ["Model", "Signing", "FedowProtocol", "Transport"]),
    floor("Festival", ["Model", "Signing", "FedowProtocol", "Transport", histogram]),
    // Floor 3: the ledger and the kiosk.
    floor(
      "Ledger", ["Model", "Rules", "Signing", "FedowProtocol", "Transport", "Stripe", grdb, logging, lifecycle]),
    floor(
      "Kiosk",
      ["Model", "Rules", "Signing", "FedowProtocol", "Readers", "Transport", grdb, logging, lifecycle, toml]),
    // Floor 4: their HTTP faces.
    floor("LedgerHTTP", ["Model", "Signing", "FedowProtocol", "Ledger", hummingbird, logging]),
    floor("KioskHTTP", ["Model", "FedowProtocol", "Kiosk", hummingbird, logging]),
    // Floor 5: the programs.
    program(
      "ledgerd",
      [
        "Model", "Rules", "Signing", "FedowProtocol", "Console", "Stripe", "Ledger", "LedgerHTTP", arguments,
        hummingbird,
        lifecycle,
        unixSignals, logging, toml,
      ]),
    program(
      "tapd",
      [
        "Model", "Rules", "Signing", "FedowProtocol", "Readers", "Kiosk", "KioskHTTP", arguments, hummingbird,
        lifecycle,
        unixSignals, logging, toml,
      ]),
    program(
      "tapctl",
      ["Model", "Signing", "FedowProtocol", "Transport", "Console", "Festival", "Kiosk", arguments, toml]),
    // What tests and the demonstration play the world with.
    floor("TestKit", ["Model", "Signing", "FedowProtocol", "Stripe", "Transport", "CLinux"]),
    floor(
      "Simulation",
      [
        "Model", "Rules", "Signing", "Readers", "FedowProtocol", "Transport", "Ledger", "Kiosk", "TestKit", grdb,
        sqlite,
        logging,
      ]),
    program("simulate", ["Simulation", "Console", "FedowProtocol", arguments]),
    program("virtual-card", ["Model", "TestKit", arguments]),
    program("fedow-stand-in", ["Model", "Signing", "FedowProtocol", "TestKit", arguments, grdb]),
    program("fault-test", ["Model", "FedowProtocol", "Transport", "TestKit", arguments, grdb]),
    // What strangers send, as properties that a fuzzer and the tests hold the parsers against.
    floor(
      "Fuzzing",
      [
        "Model", "Rules", "Signing", "Readers", "FedowProtocol", "Transport", "Stripe", "Ledger", "Kiosk", "TestKit",
        logging,
      ]),
    program(
      "benchmarks",
      [
        "Model", "Rules", "Signing", "FedowProtocol", "Readers", "Transport", "Ledger", "Kiosk", "CLinux",
        "TestKit", arguments, logging,
      ],
      path: "Sources/Benchmarks"),
    tests("ModelTests", ["Model"]),
    tests("SigningTests", ["Signing", "Model"]),
    tests("FedowProtocolTests", ["FedowProtocol", "Signing", "Model", "TestKit"], resources: [.copy("Vectors")]),
    tests("RulesTests", ["Rules", "Model", "TestKit"], resources: [.copy("Vectors")]),
    tests("ReadersTests", ["Readers", "Rules", "Model", "TestKit"]),
    tests(
      "LedgerTests",
      ["Ledger", "Stripe", "Transport", "FedowProtocol", "Signing", "Rules", "Model", "TestKit", grdb, logging]),
    tests(
      "LedgerHTTPTests",
      [
        "LedgerHTTP", "Ledger", "Stripe", "FedowProtocol", "Signing", "Model", "TestKit", hummingbirdTesting, grdb,
        logging,
      ],
      resources: [.copy("Vectors")]),
    tests(
      "KioskTests",
      ["Kiosk", "Transport", "FedowProtocol", "Signing", "Readers", "Rules", "Model", "TestKit", grdb, logging]),
    tests("KioskHTTPTests", ["KioskHTTP", "Kiosk", "FedowProtocol", "Model", "TestKit", hummingbirdTesting, logging]),
    tests("ConsoleTests", ["Console", "FedowProtocol", "Model"]),
    tests("FestivalTests", ["Festival", "FedowProtocol", "Model"]),
    tests(
      "EndToEndTests",
      ["Stripe", "Transport", "Console", "Kiosk", "FedowProtocol", "Signing", "Model", "TestKit", grdb, logging]),
    tests("SimulationTests", ["Simulation", "TestKit"]),
    tests("FuzzingTests", ["Fuzzing", "Model"], resources: [.copy("Corpus"), .copy("Regressions")]),
    tests("TestKitTests", ["TestKit", "Transport"]),
    tests("StripeTests", ["Stripe", "Transport", "FedowProtocol", "Model", "TestKit"], resources: [.copy("Vectors")]),
    tests("ArchitectureTests", []),
    tests("PackagingTests", ["Model", "TestKit"]),
  ]
)

// `scripts/fuzz` alone builds it: its main function is libFuzzer's, which an ordinary build does not link.
if Context.environment["FUZZ"] != nil {
  package.targets.append(.executableTarget(name: "fuzz", dependencies: ["Fuzzing"], swiftSettings: strict))
}
