import FedowProtocol
import Foundation
import TestKit
import Testing

/// `ledgerd` as its operator runs it.
@Suite("ledgerd at the command line")
struct LedgerdTests {
  private let folder = TemporaryFolder()
  private var data: [String] { ["--data", folder.path + "/ledger"] }

  private func install() throws {
    try Program.run("ledgerd", ["install", "--name", "Test", "--domain", "http://127.0.0.1:1"] + data)
    try Program.run("ledgerd", ["place", "create", "Bar"] + data)
  }

  private func fails(_ arguments: [String]) throws -> String {
    let (output, status) = try Program("ledgerd", arguments).result()
    #expect(status == 1, "\(arguments): \(output)")
    return output
  }

  @Test("reads the configuration that is named")
  func configuration() throws {
    try install()
    let config = try folder.write("data = \"\(folder.path)/ledger\"\nport = 1\n", to: "ledgerd.toml")
    let places = try JSON.parse(try Program.run("ledgerd", ["place", "list", "--json", "--config", config]))
    #expect(places.elements?.first?["name"]?.text == "Bar")
  }

  @Test(
    "says what is wrong with a configuration",
    arguments: [
      ("porte = 8442", "unknown key 'porte'"), ("port = \"many\"", "port must be a whole number from 1 to 65535"),
      ("port = 0", "port must be a whole number"), ("log_level = \"loud\"", "log_level must be trace"),
      ("data = ", "is not TOML"), ("batch = 100000", "batch must be"),
    ])
  func badConfiguration(text: String, sentence: String) throws {
    let config = try folder.write(text + "\n", to: "ledgerd.toml")
    #expect(try fails(["serve", "--config", config]).contains(sentence))
    let said = try fails(["place", "list", "--json", "--config", config])
    let answer = try JSON.parse(try #require(said.split(separator: "\n").first { $0.hasPrefix("{") }.map(String.init)))
    #expect(answer["code"]?.text == "configuration_invalid")
  }

  @Test("a configuration that is named but not there is an error")
  func missingConfiguration() throws {
    #expect(try fails(["place", "list", "--config", folder.path + "/no.toml"]).contains("cannot be read"))
  }

  @Test("backs up while it serves; what is restored verifies, and is not put over another ledger")
  func backupWhileServing() throws {
    try install()
    let server = try Program("ledgerd", ["serve", "--port", "0"] + data)
    try server.waitForLine("listening on")
    let backup = folder.path + "/backup.sqlite"
    try Program.run("ledgerd", ["backup", backup] + data)
    try Program.run("ledgerd", ["place", "create", "Later"] + data)
    #expect(server.end() == 0)
    let target = ["--data", folder.path + "/restored"]
    let restored = try Program.run("ledgerd", ["restore", backup, "--json"] + target)
    let report = try JSON.parse(
      try #require(restored.split(separator: "\n").first { $0.hasPrefix("{") }.map(String.init)))
    #expect(report["places"]?.int64 == 1)
    #expect(report["transactions"]?.int64 == 1)
    #expect(try JSON.parse(try Program.run("ledgerd", ["verify", "--json"] + target))["sound"]?.bool == true)
    #expect(try fails(["restore", backup] + target).contains("exists already"))
  }

  @Test("shows a card's history and a place's report, for people and for programs")
  func histories() throws {
    try install()
    let cards = try folder.write(
      "https://x.test/qr/2187852c-f6b5-4dcb-a858-f0777f4ef73d,AAAA1111,68B87420\n", to: "cards.csv")
    try Program.run("ledgerd", ["card", "import", cards, "--place", "Bar"] + data)
    for name in ["68b87420", "AAAA1111", "2187852c-f6b5-4dcb-a858-f0777f4ef73d"] {
      let history = try JSON.parse(try Program.run("ledgerd", ["card", "history", name, "--json"] + data))
      #expect(history["entries"]?.elements?.isEmpty == true)
    }
    #expect(try fails(["card", "history", "BBBBBBBB"] + data).contains("not known"))
    #expect(
      try Program.run("ledgerd", ["card", "history", "AAAA1111", "--csv"] + data).hasPrefix("sequence,datetime,"))
    let report = try JSON.parse(try Program.run("ledgerd", ["report", "--json", "--place", "Bar"] + data))
    #expect(report["cards"]?["issued"]?.int64 == 1)
    #expect(try Program.run("ledgerd", ["report"] + data).contains("1 issued, 0 lost"))
    #expect(try Program.run("ledgerd", ["report", "--csv"] + data).hasPrefix("hour,place,device,asset_name,"))
    #expect(try fails(["report", "--from", "yesterday"] + data).contains("is no instant"))
    let policy = ["place", "policy", "Bar", "--refund"]
    #expect(try Program.run("ledgerd", policy + ["tlf,TNF"] + data).contains("pays back       TLF, TNF"))
    #expect(try fails(policy + ["SUB"] + data).contains("no money"))
    #expect(try Program.run("ledgerd", ["verify"] + data).contains("sound"))
  }

  @Test("killed while it restores, it leaves no ledger or a whole one", arguments: ["Copying", "Verifying"])
  func killedRestoration(stage: String) throws {
    try install()
    let backup = folder.path + "/backup.sqlite"
    try Program.run("ledgerd", ["backup", backup] + data)
    let target = ["--data", folder.path + "/restored"]
    let program = try Program("ledgerd", ["restore", backup] + target)
    try program.waitForLine(stage)
    program.kill()
    _ = program.result()
    if !FileManager.default.fileExists(atPath: folder.path + "/restored/ledger.sqlite") {
      try Program.run("ledgerd", ["restore", backup] + target)
    }
    #expect(try JSON.parse(try Program.run("ledgerd", ["verify", "--json"] + target))["sound"]?.bool == true)
  }

  @Test("names every bad line of a card file, and imports nothing then; lists what it imported, line by line")
  func cards() throws {
    try install()
    let good = "https://x.test/qr/f9486ab7-736c-42f8-956e-22294ba5415e,F9486AB7,333C9A6E"
    let bad = try folder.write(good + "\n\(good)\nnonsense\n", to: "bad.csv")
    let said = try fails(["card", "import", bad, "--place", "Bar"] + data)
    for words in ["line 2: tag 333C9A6E is already on line 1", "line 3: 3 columns are expected"] {
      #expect(said.contains(words), "\(said)")
    }
    let file = try folder.write(good + "\n", to: "good.csv")
    try Program.run("ledgerd", ["card", "import", file, "--place", "Bar", "--dry-run"] + data)
    #expect(try Program.run("ledgerd", ["card", "list", "--json"] + data) == "")
    try Program.run("ledgerd", ["card", "import", file, "--place", "Bar"] + data)
    let listed = try JSON.parse(try Program.run("ledgerd", ["card", "list", "--no-linked", "--json"] + data))
    #expect(listed["first_tag_id"]?.text == "333C9A6E")
    #expect(try fails(["card", "import", file, "--place", "Bar"] + data).contains("is known already"))
  }

  @Test("exports whole lines of JSON, the last of which says that it is whole")
  func export() throws {
    try install()
    let lines = try Program.run("ledgerd", ["export"] + data).split(separator: "\n")
    let objects = try lines.map { try JSON.parse(String($0)) }
    #expect(objects.first?["kind"]?.text == "ledger")
    #expect(objects.last?["objects"]?.int64 == Int64(objects.count - 1))
  }

  @Test("disables and enables a place, and rotates its keys")
  func places() throws {
    try install()
    for (command, isDisabled) in [("disable", true), ("enable", false)] {
      let place = try JSON.parse(try Program.run("ledgerd", ["place", command, "Bar", "--json"] + data))
      #expect(place["disabled"]?.bool == isDisabled)
    }
    let rotation = try JSON.parse(try Program.run("ledgerd", ["place", "rotate-key", "Bar", "--json"] + data))
    #expect(rotation["stopped_keys"]?.int64 == 0)
    #expect(try PairingString(parsing: try #require(rotation["pairing"]?.text)).domain == "http://127.0.0.1:1")
    #expect(try fails(["place", "rotate-key", "Nowhere"] + data).contains("no place 'Nowhere'"))
  }
}

extension LedgerdTests {
  @Test("blocks, frees and replaces a card, named in any way, and asks before it does")
  func cardLife() throws {
    let folder = TemporaryFolder()
    let data = ["--data", folder.path + "/ledger"]
    try Program.run("ledgerd", ["install", "--name", "Test", "--domain", "http://127.0.0.1:1"] + data)
    try Program.run("ledgerd", ["place", "create", "Bar"] + data)
    let lines = [
      "https://x.test/qr/f9486ab7-736c-42f8-956e-22294ba5415e,F9486AB7,333C9A6E",
      "https://x.test/qr/fb97e06a-a21f-4983-9350-64bbe933969b,FB97E06A,04A1B2C3D4E5F6",
    ]
    let file = try folder.write(lines.joined(separator: "\n"), to: "cards.csv")
    try Program.run("ledgerd", ["card", "import", file, "--place", "Bar"] + data)
    func card(_ arguments: [String]) throws -> JSON {
      try JSON.parse(try Program.run("ledgerd", ["card"] + arguments + ["--json"] + data))
    }
    let shown = try card(["show", "04:a1:b2:c3:d4:e5:f6"])["cards"]?.elements?.first
    #expect(shown?["number_printed"]?.text == "FB97E06A")
    let (asked, status) = try Program("ledgerd", ["card", "lost", "333C9A6E"] + data).result()
    #expect(status == 64 && asked.contains("--yes"))
    #expect(try card(["lost", "F9486AB7", "--yes"])["blocked_by"]?.text == "ledger")
    #expect(try card(["unblock", "F9486AB7", "--yes"])["state"]?.text == "unused")
    let move = ["reassign", "--from", "F9486AB7", "--to", "FB97E06A"]
    #expect(try card(move + ["--dry-run"])["is_possible"]?.bool == true)
    let done = try card(move + ["--yes"])
    #expect(done["from"]?["state"]?.text == "replaced")
    let id = try #require(done["id"]?.text)
    #expect(try card(["reassign", "--undo", id, "--yes"])["from"]?["state"]?.text == "unused")
  }
}
