import FoundationEssentials
import Model
import Readers
import TestKit

extension FuzzTarget {
  /// A card's answers give a UID of a length that there is, or none.
  static func reader(_ bytes: [UInt8]) throws(Finding) {
    _ = AnswerToReset(bytes: bytes).technology
    if case .uid(let uid) = UIDCommand.read(bytes) {
      try Finding.unless([4, 7, 10].contains(uid.bytes.count), "UID \(uid)")
      try Finding.unless(bytes.starts(with: uid.bytes), "UID \(uid) was not said")
    }
  }

  /// What is taken off a stream in one piece is taken off it in two; what is written is read back.
  static func frames(_ bytes: [UInt8]) throws(Finding) {
    let whole = workerFrames([bytes])
    let half = bytes.count / 2
    let split = workerFrames([Array(bytes[..<half]), Array(bytes[half...])])
    try Finding.unless(whole == split, "in one piece \(whole), in two \(split)")
    for frame in whole {
      var buffer = frame.bytes
      let again = try? WorkerFrame.take(from: &buffer)
      // Text that is no UTF-8 becomes other text, once.
      if case .unreadable = frame { continue }
      if case .fault = frame { continue }
      if case .device = frame { continue }
      try Finding.unless(again == frame && buffer.isEmpty, "\(frame) is read back as \(String(describing: again))")
    }
    var wire = PN532Stream()
    var chip = PN532Chip()
    chip.tags = [EmulatedTag(uid: [1, 2, 3, 4])]
    for chunk in [bytes[..<half], bytes[half...]] {
      wire.append(chunk)
      while let command = wire.take() {
        let answer = chip.execute(command.code, command.parameters) ?? []
        try Finding.unless(answer.count <= 250, "an answer of \(answer.count) bytes fits no frame")
      }
    }
    var messages = VPCDStream()
    messages.append(bytes[...])
    while let message = messages.take() {
      try Finding.unless(message.count <= 65_535, "a message of \(message.count) bytes")
    }
  }

  private static func workerFrames(_ chunks: [[UInt8]]) -> [WorkerFrame] {
    var (buffer, frames): ([UInt8], [WorkerFrame]) = ([], [])
    for chunk in chunks {
      buffer += chunk
      do throws(WorkerFrameError) {
        while let frame = try WorkerFrame.take(from: &buffer) { frames.append(frame) }
      } catch {
        return frames
      }
    }
    return frames
  }

  /// A line of a trace that is read is recorded as the same event.
  static func trace(_ bytes: [UInt8]) throws(Finding) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let event = (try? JSONDecoder().decode(TraceLine.self, from: Data(line)))?.event else { continue }
      guard let written = try? JSONEncoder().encode(TraceLine(event)) else { throw Finding("\(event) is not recorded") }
      let again = (try? JSONDecoder().decode(TraceLine.self, from: written))?.event
      try Finding.unless(again == event, "\(event) is recorded as \(String(describing: again))")
    }
  }
}
