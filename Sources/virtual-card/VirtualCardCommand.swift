import ArgumentParser
import Glibc
import Model
import TestKit

/// `virtual-card`: a person without a card, for the demonstration and for trying a kiosk without hardware.
@main
struct VirtualCardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "virtual-card",
    abstract: "Lay a virtual card on vpcd's virtual reader until the standard input ends.")

  @Option(help: "The port of the virtual reader's slot on this machine.")
  var port: UInt16 = 28_201

  @Argument(help: "The card's UID: 8, 14 or 20 hexadecimal digits.")
  var uid: String

  func run() throws {
    let card = VirtualCard(uid: try TagUID(hex: uid), port: port)
    try card.insert()
    print("laid \(uid) on the reader")
    while readLine() != nil {}
    card.remove()
  }
}
