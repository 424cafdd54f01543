import FedowProtocol
import Synchronization

/// Cuts the bytes of a server-sent event stream into messages.
final class EventParser: Sendable {
  private struct State {
    var pending: [UInt8] = []
    var kind = ""
    var data = ""
    var isOpened = false
  }

  private let state = Mutex(State())

  /// The messages that these bytes complete.
  func take(_ bytes: [UInt8]) -> [KioskMessage] {
    state.withLock { state in
      var messages: [KioskMessage] = []
      if !state.isOpened {
        state.isOpened = true
        messages.append(.opened)
      }
      state.pending += bytes
      while let end = state.pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: state.pending[..<end], as: UTF8.self)
        state.pending.removeSubrange(...end)
        if let message = Self.read(line, &state) { messages.append(message) }
      }
      return messages
    }
  }

  private static func read(_ line: String, _ state: inout State) -> KioskMessage? {
    if line.hasPrefix("event: ") { state.kind = String(line.dropFirst(7)) }
    if line.hasPrefix("data: ") { state.data += line.dropFirst(6) }
    guard line.isEmpty, !state.data.isEmpty else { return nil }
    defer { (state.kind, state.data) = ("", "") }
    return (try? JSON.parse(state.data)).map { .event(state.kind, $0) }
  }
}
