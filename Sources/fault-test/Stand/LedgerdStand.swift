import FedowProtocol
import Foundation

/// The real ledgerd.
struct LedgerdStand: LedgerStand {
  let daemon: Daemon
  let disk: SmallDisk?
  private let tool: Tool
  private let tapctl: Tool
  private let directory: String
  private let isOfflineAllowed: Bool
  private var data: [String] { ["--data", directory + "/ledger"] }

  init(_ settings: RunSettings, directory: String) {
    self.directory = directory
    tool = Tool(path: settings.binaries + "/ledgerd")
    tapctl = Tool(path: settings.binaries + "/tapctl")
    isOfflineAllowed = settings.isOfflineAllowed
    disk = settings.kinds.contains(.ledgerDiskFull) ? SmallDisk(over: directory + "/ledger") : nil
    let clock = settings.kinds.contains(.ledgerClockStepped) ? SteppedClock(file: directory + "/ledger.clock") : nil
    daemon = Daemon(tool.path, log: directory + "/ledgerd.log", clock: clock) {
      ["serve", "--port", "0", "--data", directory + "/ledger"]
    }
  }

  var kioskSettings: (top: String, ledger: String) { ("", "") }

  func install(_ cards: [TestCard]) throws {
    try tool.run(["install", "--name", "Fault test", "--domain", "http://127.0.0.1:1"] + data)
    try tool.run(["place", "create", "Bar"] + data)
    for (name, category) in [("Coin", "TLF"), ("Gift", "TNF")] {
      try tool.run(
        ["asset", "create", "--place", "Bar", "--name", name, "--currency", category, "--category", category] + data)
    }
    let tags = [TestCard.operatorTag] + cards.map(\.tag)
    let lines = tags.map { "http://127.0.0.1:1/qr/\(UUID().uuidString.lowercased()),\($0),\($0)\n" }
    try lines.joined().write(toFile: directory + "/cards.csv", atomically: true, encoding: .utf8)
    try tool.run(["card", "import", directory + "/cards.csv", "--place", "Bar"] + data)
    try tool.run(["card", "primary", "--place", "Bar", "--tag", TestCard.operatorTag] + data)
    if isOfflineAllowed { try tool.run(["place", "policy", "Bar", "--offline", "on"] + data) }
  }

  func pair(_ kiosk: String, number: Int, url: String) throws {
    let code = try tool.answer(["place", "enroll", "Bar", "--name", "Kiosk \(number)", "--json"] + data)
    guard let text = code["code"]?.text else { throw Breach("no enrolment code: \(code.compact)") }
    try tapctl.run(["pair", text, "--url", url, "--data", kiosk])
  }

  func fill(_ cards: [TestCard], through kiosk: KioskStand) async throws {
    let listed = try tool.run(["asset", "list", "--json"] + data).split(separator: "\n")
    let assets = try listed.map { try JSON.parse(String($0)) }.flatMap { $0.elements ?? [$0] }
    for card in cards {
      for (name, balance) in zip(["Coin", "Gift"], card.balances) {
        let asset = assets.first { $0["name"]?.text == name }?["uuid"]
        let body: JSON = ["card": JSON(card.tag), "amount": JSON(balance), "asset": asset ?? .null]
        let answer = await kiosk.call("POST", "/v1/refills", body)
        guard answer?.status == 201 else { throw Breach("no refill: \(answer?.json.compact ?? "no answer")") }
      }
    }
  }

  func books() throws -> Books {
    try Books(
      file: directory + "/ledger/ledger.sqlite",
      sales: """
        SELECT comment, amount, asset, first_tag_id FROM transactions LEFT JOIN cards ON cards.uuid = card
          WHERE action = 'SAL'
        """,
      money: """
        SELECT first_tag_id, sum(balance) FROM cards JOIN tokens ON tokens.wallet = cards.wallet GROUP BY first_tag_id
        """,
      ids: "SELECT DISTINCT json_extract(metadata, '$.debit_id') FROM transactions WHERE action = 'SAL'")
  }

  func verify() throws {
    let verdict = try tool.answer(["verify", "--json"] + data)
    guard verdict["sound"]?.bool == true else { throw Breach("ledgerd verify: \(verdict.compact)") }
  }
}
