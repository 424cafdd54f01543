import FedowProtocol
import Foundation
import Model
import TestKit
import Testing

/// The life of a card from the operator's terminal to the books, with the programs as they are installed.
@Suite("The life of a card, from the terminal to the books", .serialized)
struct CardLifeTests {
  private static let qr = "https://test.example/qr/1b1ef2d1-1111-4222-8333-944455556666/"

  private func venue(_ body: (Venue, PN532Emulator, TemporaryFolder) throws -> Void) throws {
    let folder = TemporaryFolder()
    let chip = try PN532Emulator(path: folder.path + "/ttyPN532")
    let venue = try Venue(readers: "pcsc = false\nlibnfc = [\"\(chip.connstring)\"]")
    try venue.waitForReader()
    try venue.tapctl(["refill", Venue.uid, "20,00"])
    try body(venue, chip, folder)
    #expect(try venue.verify()["sound"]?.bool == true)
    #expect(venue.close() == [0, 0])
  }

  @Test("a card is found by each of its names")
  func names() throws {
    try venue { venue, _, _ in
      for name in [Venue.uid, "1B1EF2D1", Self.qr, "tag:" + (try TagUID(hex: Venue.uid).description)] {
        let sheet = try venue.tapctl(["card", "show", name])
        #expect(sheet["number_printed"] == "1B1EF2D1", "\(name)")
        #expect(sheet["holdings"]?.elements?.first?["balance"] == 2000)
      }
    }
  }

  @Test("a list is imported once, however often the command is given")
  func imported() throws {
    try venue { venue, _, folder in
      let lines = (1...3).map { "https://test.example/qr/\(EntityID.random()),A000000\($0),1122334\($0)" }
      let file = try folder.write(lines.joined(separator: "\n"), to: "cards.csv")
      #expect(try venue.tapctl(["card", "import", file, "--yes"])["imported"] == 3)
      #expect(try venue.tapctl(["card", "import", file, "--yes"])["imported"] == 0)
      #expect(try venue.tapctl(["card", "show", "A0000002"])["tag"] == "11223342")
    }
  }

  @Test("a lost card is replaced, taken back, and its history goes on")
  func replaced() throws {
    try venue { venue, _, folder in
      let file = try folder.write("https://test.example/qr/\(EntityID.random()),A0000001,11223341", to: "cards.csv")
      try venue.tapctl(["card", "import", file, "--yes"])
      let change = ["card", "reassign", "--from", "1B1EF2D1", "--to", "A0000001"]
      #expect(try venue.tapctl(change + ["--dry-run"])["is_possible"] == true)
      let done = try venue.tapctl(change + ["--yes", "--reason", "lost"])
      #expect(try venue.tapctl(["card", "show", "1B1EF2D1"])["state"] == "replaced")
      #expect(try venue.tapctl(["card", "show", "A0000001"])["holdings"]?.elements?.first?["balance"] == 2000)
      let history = try venue.tapctl(["card", "history", "A0000001"])["entries"]?.elements
      #expect(history?.first?["card"] == "1B1EF2D1" && history?.first?["balance"] == 2000)
      let lines = try venue.said(["card", "history", "A0000001", "--csv"]).split(separator: "\n")
      #expect(
        lines.first?.hasPrefix("time,card,place,") == true && lines.dropFirst().first?.contains(",2000,2000,") == true)
      try venue.tapctl(["card", "undo-reassign", done["id"]?.text ?? ""])
      #expect(try venue.tapctl(["card", "show", "1B1EF2D1"])["state"] == "usable")
    }
  }

  @Test("a card at the reader is blocked, freed, and refunded as the preview says")
  func blockedAndRefunded() throws {
    try venue { venue, chip, folder in
      // Held to the reader once somebody asks for a card.
      let lost = try venue.start(["card", "lost", "--tap", "--yes", "--json"])
      try lost.waitForLine("Hold the card")
      chip.tags = [EmulatedTag(uid: try TagUID(hex: Venue.uid).bytes)]
      let (output, status) = lost.result()
      #expect(status == 0 && output.contains("\"state\":\"blocked\""), "\(output)")
      #expect(try venue.tapctl(["card", "unblock", "1B1EF2D1", "--yes"])["state"] == "usable")
      #expect(try venue.tapctl(["card", "refund", "1B1EF2D1", "--dry-run"])["total"] == 2000)
      #expect(try venue.said(["card", "refund", "1B1EF2D1", "--yes"]).contains("Refunded 20.00."))
      let page = folder.path + "/day.html"
      _ = try venue.said(["report", "day", "--html", page])
      #expect(try folder.read("day.html").contains("Bar du Port"))
      let rows = try venue.tapctl(["report", "day"])["rows"]?.elements ?? []
      #expect(Set(rows.compactMap { $0["kind"]?.text }) == ["refill", "refund"])
      let trail = try venue.tapctl(["audit"])["audit"]?.elements?.compactMap { $0["what"]?.text } ?? []
      #expect(
        trail.filter { $0.hasSuffix("_done") && $0.hasPrefix("card_") }
          == ["card_lost_done", "card_unblocked_done", "card_refunded_done"])
    }
  }

  @Test("new cards are made known one tap after the other, a double is said, and the last is taken back")
  func enrolled() throws {
    try venue { venue, chip, _ in
      // A reader that has just come is not believed to be empty (`TapDetector.settling`).
      try venue.waitUntilReaderIsEmpty(for: .milliseconds(2100))
      let keys = Pipe()
      let desk = try venue.start(
        ["card", "enroll", "--generation", "3", "--number-template", "A####"], input: keys)
      try desk.waitForLine("Hold the cards")
      let (first, second) = (EmulatedTag(uid: [0xA1, 0xB2, 0xC3, 0xD4]), EmulatedTag(uid: [0xA1, 0xB2, 0xC3, 0xD5]))
      chip.tags = [first]
      try desk.waitForLine("1\tA0001")
      chip.tags = []
      try venue.waitUntilReaderIsEmpty()
      chip.tags = [first]
      try desk.waitForLine("just made known (A0001)")
      chip.tags = []
      try venue.waitUntilReaderIsEmpty()
      chip.tags = [second]
      try desk.waitForLine("2\tA0002")
      keys.fileHandleForWriting.write(Data("u\n".utf8))
      try desk.waitForLine("A0002 is taken back")
      keys.fileHandleForWriting.write(Data("\n".utf8))
      let (output, status) = desk.result()
      #expect(status == 0 && output.hasSuffix("1 cards are known now."), "\(output)")
      #expect(try venue.tapctl(["card", "show", "A0001"])["generation"] == 3)
      #expect(throws: Program.Failure.self) { try venue.tapctl(["card", "show", "A0002"]) }
    }
  }
}
