import FedowProtocol
import Foundation
import Model
import TestKit
import Testing

/// The main job, from a card at a genuine reader stack to a verified chain, with the programs as they are installed.
@Suite("From the tap to the chain", .serialized)
struct TapToChainTests {
  private func pays(_ venue: Venue, present: () throws -> Void) throws {
    try venue.waitForReader()
    let refill = try venue.tapctl(["refill", Venue.uid, "20.00"])
    #expect(refill["hash"]?.text?.count == 64)
    let charge = try venue.charge("3.50")
    try present()
    let (output, status) = charge.result()
    #expect(status == 0, "\(output)")
    #expect(output.contains("20.00 -> 16.50"))
    let card = try venue.tapctl(["card", "show", Venue.uid])
    #expect(card.compact.contains("1650"))
    let sheet = try venue.said(["card", "show", Venue.uid])
    #expect(sheet.contains("  16.50 ") && !sheet.contains("?"), "\(sheet)")
    // Two first blocks, creation and refill, and the sale.
    let verdict = try venue.verify()
    #expect(verdict["sound"]?.bool == true)
    #expect(verdict["transactions"]?.int64 == 5)
    #expect(venue.close() == [0, 0])
  }

  @Test("a tap through genuine pcscd is paid, and the chain verifies")
  func pcsc() throws {
    let folder = TemporaryFolder()
    let daemon = PcscdHarness(directory: folder.path)
    try daemon.start()
    defer { daemon.kill() }
    let venue = try Venue(readers: "pcsc = true", environment: ["PCSCLITE_CSOCK_NAME": daemon.socketPath])
    let card = VirtualCard(uid: try TagUID(hex: Venue.uid), port: daemon.ports[0])
    try pays(venue) { try card.insert() }
  }

  @Test("a tap through genuine libnfc is paid, and the chain verifies")
  func libnfc() throws {
    let folder = TemporaryFolder()
    let chip = try PN532Emulator(path: folder.path + "/ttyPN532")
    let venue = try Venue(readers: "pcsc = false\nlibnfc = [\"\(chip.connstring)\"]")
    try pays(venue) { chip.tags = [EmulatedTag(uid: try TagUID(hex: Venue.uid).bytes)] }
  }
}
