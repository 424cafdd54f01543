import Model

/// What a libnfc worker tells its parent over the pipe: a kind, a length, a payload of at most 255 bytes.
///
/// Binary and fixed, so that neither side needs a parser that could be surprised by half a line of a dying process.
package enum WorkerFrame: Hashable {
  /// The worker lives and libnfc answers.
  case heartbeat
  /// The device is open.
  case ready
  case empty
  /// One card, with what it said of itself during anticollision (ISO/IEC 14443-3): ATQA, SAK, UID.
  case tag(atqa: UInt16, sak: UInt8, uid: [UInt8])
  case several
  case unreadable(String)
  /// The worker gives up, and why; it exits next.
  case fault(String)
  /// The line is not connected; the worker exits next.
  case absent
  /// A device that discovery found.
  case device(String)

  package var bytes: [UInt8] {
    let (kind, payload): (UInt8, [UInt8]) =
      switch self {
      case .heartbeat: (0, [])
      case .ready: (1, [])
      case .empty: (2, [])
      case .tag(let atqa, let sak, let uid): (3, [UInt8(atqa >> 8), UInt8(atqa & 0xFF), sak] + uid)
      case .several: (4, [])
      case .unreadable(let why): (5, Array(why.utf8.prefix(255)))
      case .fault(let why): (6, Array(why.utf8.prefix(255)))
      case .absent: (8, [])
      case .device(let connstring): (7, Array(connstring.utf8.prefix(255)))
      }
    return [kind, UInt8(payload.count)] + payload
  }

  /// Takes the first whole frame off the buffer; nil when there is none yet.
  /// - Throws: `WorkerFrameError` when the bytes are no frame: the stream can then not be trusted any more.
  package static func take(from buffer: inout [UInt8]) throws(WorkerFrameError) -> WorkerFrame? {
    guard buffer.count >= 2, buffer.count >= 2 + Int(buffer[1]) else { return nil }
    let kind = buffer[0]
    let payload = Array(buffer[2..<2 + Int(buffer[1])])
    buffer.removeFirst(2 + payload.count)
    switch kind {
    case 0: return .heartbeat
    case 1: return .ready
    case 2: return .empty
    case 3 where payload.count >= 3:
      return .tag(
        atqa: UInt16(payload[0]) << 8 | UInt16(payload[1]), sak: payload[2], uid: Array(payload.dropFirst(3)))
    case 4: return .several
    case 5: return .unreadable(String(decoding: payload, as: UTF8.self))
    case 6: return .fault(String(decoding: payload, as: UTF8.self))
    case 7: return .device(String(decoding: payload, as: UTF8.self))
    case 8: return .absent
    default: throw WorkerFrameError()
    }
  }
}

/// The bytes on the pipe are no frame.
package struct WorkerFrameError: Error {}
