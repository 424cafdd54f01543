import FedowProtocol
import Foundation
import Glibc
import TestKit
import Testing

/// An operator's evening at the command line, with the programs as they are installed.
@Suite("An operator at the command line", .timeLimit(.minutes(10)))
struct OperatorTests {
  private let folder = TemporaryFolder()
  private var pipe: String { folder.path + "/reader" }

  private func venue() throws -> Venue {
    #expect(mkfifo(pipe, 0o600) == 0)
    return try Venue(
      readers: "pcsc = false\ntrace = \"\(pipe)\"\ntrace_pace = \"live\"", needsOperator: true)
  }

  /// A card at a reader that nothing lay on before.
  private func present(_ uid: String, at reader: String) throws {
    let line = "{\"at_ns\": 1, \"reader\": \"\(reader)\", \"field\": \"tag\", \"uid\": \"\(uid)\"}\n"
    let file = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    defer { close(file) }
    #expect(write(file, line, line.utf8.count) == line.utf8.count)
  }

  private func openSession(_ venue: Venue) throws {
    let asked = try venue.start(["operator", "open"])
    try asked.waitForLine("Tap an operator's card")
    try present(Venue.operatorTag, at: "desk")
    let (output, status) = asked.result()
    #expect(status == 0 && output.contains("card \(Venue.operatorTag)"), "\(output)")
  }

  private func isRefused(_ arguments: [String], _ code: String, by venue: Venue) throws {
    let (output, status) = try venue.start(arguments + ["--json"]).result()
    #expect(status != 0 && output.contains("\"\(code)\""), "\(arguments): \(output)")
  }

  @Test("fills cards and takes a charge back under the operator's card, and sees both in the outbox")
  func money() throws {
    let venue = try venue()
    try isRefused(["refill", Venue.uid, "20.00"], "operator_card_needed", by: venue)
    try openSession(venue)
    #expect(try venue.tapctl(["refill", Venue.uid, "20.00"])["amount"]?.int64 == 2000)
    let charge = try venue.charge("3.50")
    try present(Venue.uid, at: "bar")
    #expect(charge.result().status == 0)
    #expect(try venue.tapctl(["undo"])["state"] == "voided")
    try isRefused(["undo"], "already_voided", by: venue)
    #expect(try venue.said(["card", "show", Venue.uid]).contains("  20.00 "))
    let rows = try #require(try venue.tapctl(["outbox", "list", "--state", "all"])["rows"]?.elements)
    #expect(rows.map { $0["kind"]?.text } == ["debit", "void"] && rows.allSatisfy { $0["state"] == "posted" })
    let id = try #require(rows.first?["id"]?.text)
    #expect(try venue.tapctl(["outbox", "show", id])["body"]?["id"]?.text == id)
    #expect(try venue.tapctl(["outbox", "retry"])["retried"] == 0)
    try isRefused(["outbox", "forgive", id], "already_settled", by: venue)
    let lines = try venue.said(["outbox", "export"]).split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("id,kind,state") && lines[1].hasPrefix("\(id),debit,posted"))
    #expect(try venue.verify()["sound"]?.bool == true)
  }

  @Test("invites a further kiosk, sees it in the list, and ends its key")
  func devices() throws {
    let venue = try venue()
    try isRefused(["devices", "invite", "Terrace"], "operator_card_needed", by: venue)
    try openSession(venue)
    let code = try #require(try venue.tapctl(["devices", "invite", "Terrace"])["code"]?.text)
    let device = try #require(try venue.pair(code)["device"]?.text)
    #expect(try venue.said(["devices", "list"]).contains("\(device)\tTerrace\tseen"))
    try isRefused(["devices", "revoke", "nonsense"], "not_found", by: venue)
    _ = try venue.tapctl(["devices", "revoke", device])
    #expect(try venue.said(["devices", "list"]).contains("\(device)\tTerrace\trevoked"))
  }
}
