import FedowProtocol
import Foundation
import Model
import TestKit
import Testing

@Suite("A festival is played by tapctl load, and the books are held against its answers")
struct LoadTests {
  private static let evening = [
    "--seconds", "3", "--rate", "40", "--tills", "2", "--curve", "steady", "--losses", "4", "--seed", "7", "--json",
  ]

  /// A prepared festival on a real ledger, which serves on this port.
  private struct Stand {
    let folder: TemporaryFolder
    let ledgerd: Program
    let port: UInt16

    var data: [String] { ["--data", folder.path + "/ledger"] }
    var festival: String { folder.path + "/festival.json" }

    init() throws {
      folder = TemporaryFolder()
      let data = ["--data", folder.path + "/ledger"]
      try Program.run("ledgerd", ["install", "--name", "Play", "--domain", "http://127.0.0.1:1"] + data)
      let plan = try Program.run("ledgerd", ["festival", "--places", "3", "--cards", "40", "--json"] + data)
      ledgerd = try Program("ledgerd", ["serve", "--port", "0"] + data)
      let line = try ledgerd.waitForLine("listening on")
      port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
      let file = try folder.write(plan, to: "plan.json")
      try Program.run(
        "tapctl",
        ["load", "prepare", file, "--output", folder.path + "/festival.json", "--url", "http://127.0.0.1:\(port)"])
    }

    /// The same festival before another address.
    func moved(to port: UInt16) throws -> String {
      let text = try folder.read("festival.json").split(separator: "127.0.0.1:\(self.port)").joined(
        separator: "127.0.0.1:\(port)")
      return try folder.write(text, to: "moved.json")
    }
  }

  @Test("on a ledger of its own: nothing is amiss, and lost cards pay no more")
  func sound() async throws {
    let stand = try Stand()
    let chart = stand.folder.path + "/latency.svg"
    let words = ["load", "run", stand.festival, "--chart", chart] + Self.evening
    let (output, status) = try await Program("tapctl", words).laterResult()
    let report = try JSON.parse(output)
    #expect(status == 0, "\(output)")
    #expect(report["books"]?["agree"]?.bool == true)
    #expect(report["books"]?["cards"]?.int64 == 40 && report["books"]?["places"]?.int64 == 3)
    #expect((report["acts"]?["sale"]?["count"]?.int64 ?? 0) > 50)
    #expect((report["acts"]?["find"]?["count"]?.int64 ?? 0) > 0)
    // Also of whoever came before the card was reported, and was served after.
    let finders = report["acts"]?["find"]?["count"]?.int64 ?? 0
    #expect((report["errors"]?["blocked_card"]?.int64 ?? 0) >= finders)
    #expect(try stand.folder.read("latency.svg").hasPrefix("<svg "))
    #expect(try Program.run("ledgerd", ["verify"] + stand.data).isEmpty == false)
  }

  @Test("every request delivered twice changes nothing on a ledger that knows repetitions")
  func twice() async throws {
    let stand = try Stand()
    let proxy = try FaultProxy(
      upstream: stand.port,
      plan: FaultPlan(seed: 1, kinds: [.twiceFirst]) { $0.method == "POST" && $0.path == "/v1/debits/" ? 1 : 0 })
    defer { proxy.close() }
    let words = ["load", "run", try stand.moved(to: proxy.port)] + Self.evening
    let (output, status) = try await Program("tapctl", words).laterResult()
    #expect(status == 0, "\(output)")
    #expect(proxy.report.faults[.twiceFirst, default: 0] > 50)
  }

  @Test("books that say nothing of a test are left alone; on a Fedow server a doubled debit is seen")
  func fedow() async throws {
    let folder = TemporaryFolder()
    let tags = (0..<20).map { "0C0000" + ($0 < 10 ? "0\($0)" : "\($0)") }
    let made = try Program.run(
      "fedow-stand-in", ["install", "--data", folder.path, "--primary", "0A0A0A0A"] + tags.map { "\($0):50000" })
    let server = try Program("fedow-stand-in", ["serve", "--data", folder.path])
    let line = try server.waitForLine("listening on")
    let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
    let pairing = try #require(try JSON.parse(made)["pairing"]?.text)
    let plan: JSON = [
      "places": [["pairing": JSON(pairing), "operator_card": "0A0A0A0A"]], "cards": .array(tags.map { JSON($0) }),
    ]
    let festival = folder.path + "/festival.json"
    let proxy = try FaultProxy(
      upstream: port,
      plan: FaultPlan(seed: 3, kinds: [.twiceFirst]) { $0.method == "POST" && $0.path == "/transaction/" ? 0.1 : 0 })
    defer { proxy.close() }
    proxy.calm()
    try Program.run(
      "tapctl",
      [
        "load", "prepare", try folder.write(plan.compact, to: "plan.json"), "--output", festival, "--url", proxy.url,
      ])
    let words = ["load", "run", festival, "--dialect", "fedow", "--refunds", "0"] + Self.evening
    let refused = try await Program("tapctl", words).laterResult()
    #expect(refused.status == 1 && refused.output.contains("forbidden"))

    let agreed = try await Program("tapctl", words + ["--yes-these-are-not-real-books"]).laterResult()
    #expect(agreed.status == 0, "\(agreed.output)")

    proxy.calm(false)
    let doubled = try await Program("tapctl", words + ["--yes-these-are-not-real-books"]).laterResult()
    #expect(doubled.status == 1)
    let report = try JSON.parse(doubled.output)
    #expect(report["books"]?["agree"]?.bool == false)
    #expect((report["books"]?["breaks"]?.elements?.count ?? 0) > 0)
    #expect(proxy.report.faults[.twiceFirst, default: 0] > 0)
  }
}
