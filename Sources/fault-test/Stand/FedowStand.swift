import FedowProtocol
import Foundation
import Synchronization

/// The stand-in for a genuine Fedow server, with faults of its own.
final class FedowStand: LedgerStand {
  let daemon: Daemon
  /// The genuine server is another program on another machine; here only the kiosk's disk and clock are tried.
  let disk: SmallDisk? = nil
  private let tool: Tool
  private let tapctl: Tool
  private let directory: String
  private let settling: Int?
  private let pairing = Mutex("")
  private let firstKiosk = Mutex<String?>(nil)

  init(_ settings: RunSettings, directory: String) {
    self.directory = directory
    tool = Tool(path: settings.binaries + "/fedow-stand-in")
    tapctl = Tool(path: settings.binaries + "/tapctl")
    settling = settings.settling
    let starts = Counter()
    let more = settings.kiosks == 1 ? ["--forgetful"] : []
    let faults = settings.isPlanted ? 0 : Int(settings.faultShare * 100)
    daemon = Daemon(tool.path, log: directory + "/fedow.log") {
      let seed = settings.seed &+ UInt64(starts.next()) &* 7919
      return [
        "serve", "--data", directory + "/fedow", "--seed", "\(seed)", "--faults", "\(faults)", "--latest-commit", "600",
      ] + more
    }
  }

  var kioskSettings: (top: String, ledger: String) {
    ("dialect = \"fedow\"", settling.map { "settling_ms = \($0 * 1000)" } ?? "")
  }

  func install(_ cards: [TestCard]) throws {
    let words = cards.map { card in ([card.tag] + card.balances.map { "\($0)" }).joined(separator: ":") }
    let answer = try tool.answer(
      ["install", "--data", directory + "/fedow", "--primary", TestCard.operatorTag, "--moneys", "TLF,TNF"] + words)
    pairing.withLock { $0 = answer["pairing"]?.text ?? "" }
  }

  /// Such a server gives one key to a place: the first kiosk's, which the others use too.
  func pair(_ kiosk: String, number: Int, url: String) throws {
    if let first = firstKiosk.withLock({ $0 }) {
      try FileManager.default.copyItem(atPath: first + "/pairing.json", toPath: kiosk + "/pairing.json")
      let text = try String(contentsOfFile: first + "/pairing.json", encoding: .utf8)
      guard let old = try JSON.parse(text)["ledger_url"]?.text else { throw Breach("no pairing") }
      let own = text.replacing(old, with: url)
      try own.write(toFile: kiosk + "/pairing.json", atomically: false, encoding: .utf8)
    } else {
      try tapctl.run(["pair", pairing.withLock { $0 }, "--url", url, "--data", kiosk])
      firstKiosk.withLock { $0 = kiosk }
    }
  }

  func fill(_ cards: [TestCard], through kiosk: KioskStand) async throws {}

  func books() throws -> Books {
    try Books(
      file: directory + "/fedow/fedow.sqlite",
      sales: """
        WITH sales AS (
          SELECT coalesce(json_extract(metadata, '$.part'), json_extract(metadata, '$.tap')) AS id, comment, amount,
            asset, card FROM transactions WHERE action = 'SAL'
          UNION ALL SELECT id, comment, amount, asset, card FROM forgotten)
        SELECT comment, amount, asset, tag FROM sales LEFT JOIN cards ON cards.uuid = card
        UNION ALL
        SELECT sale.comment, -back.amount, back.asset, tag
          FROM transactions back LEFT JOIN cards ON cards.uuid = back.card
            LEFT JOIN sales sale ON sale.id = json_extract(back.metadata, '$.voids')
          WHERE back.action = 'REF' AND json_extract(back.metadata, '$.voids') IS NOT NULL
        """,
      money: "SELECT tag, sum(value) FROM cards JOIN tokens ON tokens.wallet = cards.wallet GROUP BY tag")
  }

  /// It cannot say.
  func verify() throws {}
}

/// Counts from 0.
final class Counter: Sendable {
  private let value = Mutex(0)

  func next() -> Int {
    value.withLock { value in
      defer { value += 1 }
      return value
    }
  }
}
