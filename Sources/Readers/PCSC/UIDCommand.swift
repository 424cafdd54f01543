import Model

/// "Get Data: UID" (PC/SC part 3, section 3.2.2.1.3), which the reader answers itself.
package enum UIDCommand {
  static let apdu: [UInt8] = [0xFF, 0xCA, 0x00, 0x00, 0x00]

  /// What the answer means.
  package enum Answer: Hashable {
    case uid(TagUID)
    /// The card went away in the middle: pcscd then reports success with nothing in it.
    case interrupted
    case refused(String)
  }

  package static func read(_ answer: [UInt8]) -> Answer {
    guard answer.count >= 2 else { return .interrupted }
    let status = UInt16(answer[answer.count - 2]) << 8 | UInt16(answer[answer.count - 1])
    guard status == 0x9000 else { return .refused("the reader answered \(Hexadecimal.encode(answer.suffix(2)))") }
    do throws(Refusal) {
      return .uid(try TagUID(bytes: Array(answer.dropLast(2))))
    } catch {
      return .refused(error.sentence)
    }
  }
}
