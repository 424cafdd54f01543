import Kiosk
import Model
import Rules
import Testing

@Suite struct ConfigurationTests {
  @Test func beforeALedgerWithoutAPolicyNothingIsTakenOfflineUnlessEachLimitIsNamed() {
    var configuration = KioskConfiguration()
    configuration.dialect = .fedow
    (configuration.offline.isAllowed, configuration.offline.longestSeconds) = (true, 60)
    configuration.offline.perCard = Amount(minorUnits: 500)
    #expect(!PolicySource(configuration: configuration).offline.isAllowed)
    configuration.offline.perDevice = Amount(minorUnits: 900)
    let offline = PolicySource(configuration: configuration).offline
    #expect(offline.isAllowed && offline.longest == .seconds(60))
    #expect(offline.perCard == Amount(minorUnits: 500) && offline.perDevice == Amount(minorUnits: 900))
    configuration.offline.isAllowed = nil
    #expect(!PolicySource(configuration: configuration).offline.isAllowed)
  }

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
        undo_window_s = 8
        spend_order = ["federated", "gift"]
        [offline]
        allowed = true
        per_card = "20.00"
        per_device = "500,50"
        longest_s = 3600
        hotlist_longest_s = 1800
        [outbox]
        limit = 99
        [operator]
        needed = false
        idle_s = 60
        longest_s = 600
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
    expected.undoWindowSeconds = 8
    expected.spendOrder = [.federated, .gift]
    expected.offline.isAllowed = true
    expected.offline.perCard = Amount(minorUnits: 2000)
    expected.offline.perDevice = Amount(minorUnits: 50_050)
    expected.offline.longestSeconds = 3600
    expected.offline.hotlistLongestSeconds = 1800
    expected.outboxLimit = 99
    expected.needsOperator = false
    expected.operatorIdleSeconds = 60
    expected.operatorLongestSeconds = 600
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
    ("dialect = \"fedow\"", "primary_card"), ("[charge]\nspend_order = [\"gold\"]", "charge.spend_order"),
    ("[offline]\nper_card = \"-1\"", "offline.per_card"), ("[operator]\nidle_s = 1", "operator.idle_s"),
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
