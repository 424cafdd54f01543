import FedowProtocol
import Foundation
import Model
import TestKit
import Testing

/// The door of a place, from cards at a genuine reader stack to the badge in the chain, with the programs as they are
/// installed.
@Suite("At the entrance", .serialized, .timeLimit(.minutes(10)))
struct EntranceTests {
  /// What is printed on the card of `Venue.uid`.
  private static let number = "1B1EF2D1"

  /// One tap at an entrance; what tapctl said, and how it ended.
  private func enter(
    _ venue: Venue, _ membership: String, _ more: [String] = [], with card: VirtualCard
  ) throws -> (output: String, status: Int32) {
    try venue.waitUntilReaderIsEmpty()
    let entrance = try venue.start(["entrance", membership] + more)
    try entrance.waitForLine("waiting")
    try card.insert()
    let result = entrance.result()
    card.remove()
    return result
  }

  @Test("a member enters by one tap, for nothing and for a price; who is none and who was one does not")
  func door() throws {
    let folder = TemporaryFolder()
    let daemon = PcscdHarness(directory: folder.path)
    try daemon.start()
    defer { daemon.kill() }
    let venue = try Venue(readers: "pcsc = true", environment: ["PCSCLITE_CSOCK_NAME": daemon.socketPath])
    let make = { (name: String, category: String) throws -> String in
      let made = try venue.ledgerd(
        ["asset", "create", "--name", name, "--currency", "X", "--category", category, "--place", "Bar du Port"])
      return try #require(made["uuid"]?.text)
    }
    let (member, former, badge) = (try make("Member", "SUB"), try make("Former", "SUB"), try make("Door", "BDG"))
    for asset in [member, former] { _ = try venue.ledgerd(["membership", "set", asset, "--period", "year"]) }
    _ = try venue.ledgerd(["membership", "grant", member, Self.number])
    _ = try venue.ledgerd(["membership", "grant", former, Self.number, "--from", "2020-01-01T00:00:00+01:00"])
    try venue.waitForReader()
    _ = try venue.tapctl(["refill", Venue.uid, "20.00"])
    let card = VirtualCard(uid: try TagUID(hex: Venue.uid), port: daemon.ports[0])
    let stranger = VirtualCard(uid: try TagUID(hex: Venue.operatorTag), port: daemon.ports[0])

    let free = try enter(venue, member, ["--badge", badge], with: card)
    #expect(free.status == 0 && free.output.contains("membership valid"), "\(free)")
    let again = try enter(venue, member, ["--badge", badge], with: card)
    #expect(again.status == 2 && again.output.contains("entered_already"), "\(again)")
    let paid = try enter(venue, member, ["--price", "3.50", "--again-after", "0"], with: card)
    #expect(paid.status == 0 && paid.output.contains("20.00 -> 16.50"), "\(paid)")
    let none = try enter(venue, member, with: stranger)
    #expect(none.status == 2 && none.output.contains("membership_none"), "\(none)")
    let expired = try enter(venue, former, with: card)
    #expect(expired.status == 2 && expired.output.contains("membership_expired"), "\(expired)")
    #expect(expired.output.contains("membership expired 2020-12-31"), "\(expired)")

    #expect(try venue.verify()["sound"]?.bool == true)
    let history = try venue.ledgerd(["card", "history", Self.number])["entries"]?.elements ?? []
    #expect(history.count { $0["what"]?.text == "badged" } == 1)
    #expect(venue.close() == [0, 0])
  }
}
