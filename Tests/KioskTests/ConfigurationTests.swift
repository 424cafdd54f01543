import Kiosk
import Model
import Testing

@Suite struct ConfigurationTests {
  @Test func everyKeyIsRead() throws {
    let configuration = try KioskConfiguration(
      toml: """
        data_directory = "/tmp/x"
        language = "fr"
        log_level = "debug"
        dialect = "fedow"
        primary_card = "333c9a6e"
        [api]
        host = "::1"
        port = 0
        [charge]
        expires_after_s = 7
        [ledger]
        connect_timeout_ms = 11
        card_timeout_ms = 12
        debit_timeout_ms = 13
        [readers]
        pcsc = false
        libnfc = ["pn532_uart:/dev/ttyUSB0"]
        libnfc_discovery = true
        trace = "/tmp/trace.jsonl"
        trace_pace = "live"
        record = "/tmp/record.jsonl"
        """)
    var expected = KioskConfiguration()
    expected.dataDirectory = "/tmp/x"
    expected.language = "fr"
    expected.logLevel = .debug
    expected.dialect = .fedow
    expected.primaryCard = "333C9A6E"
    expected.host = "::1"
    expected.port = 0
    expected.chargeExpirySeconds = 7
    expected.timeouts = LedgerTimeouts(connect: 11, card: 12, debit: 13)
    expected.usesPCSC = false
    expected.libnfcConnections = ["pn532_uart:/dev/ttyUSB0"]
    expected.discoversLibnfc = true
    expected.trace = "/tmp/trace.jsonl"
    expected.tracePace = .live
    expected.record = "/tmp/record.jsonl"
    #expect(configuration == expected)
  }

  @Test func theShippedFileIsTheDefaults() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    #expect(try ConfigurationFile.load("/" + root + "/config/tapd.toml") == KioskConfiguration())
  }

  @Test(arguments: [
    ("prot = 1", "prot"), ("[api]\nprot = 1", "api.prot"), ("[api]\nport = \"8440\"", "api.port"),
    ("[api]\nport = 65536", "api.port"), ("[api]\nhost = \"0.0.0.0\"", "api.host"), ("api = 3", "api"),
    ("[readers]\npcsc = 1", "readers.pcsc"), ("[readers]\nlibnfc = [1]", "readers.libnfc"),
    ("language = \"de\"", "language"), ("primary_card = \"12\"", "primary_card"),
    ("dialect = \"fedow\"", "primary_card"),
    ("language = \"en\"\nport == 3", "Line 2"),
  ])
  func whatIsWrongIsNamed(text: String, named: String) {
    #expect {
      try KioskConfiguration(toml: text)
    } throws: { error in
      guard let refusal = error as? Refusal else { return false }
      return refusal.code == .configurationInvalid && refusal.sentence.contains(named)
    }
  }
}
