import CLinux
import Glibc
import Synchronization

/// A PN532 on a pseudo-terminal, for libnfc's `pn532_uart` driver, with the faults that a real line can have.
public final class PN532Emulator: Sendable {
  private struct State {
    var chip = PN532Chip()
    var fault: PN532Fault?
    var hold: Int32 = -1
    var generation = 0
  }

  /// The path to give to libnfc: a link, so that a line that is unplugged can come back under its name.
  public let path: String
  /// libnfc's name for the line.
  public var connstring: String { "pn532_uart:" + path }
  private let state = Mutex(State())

  /// An emulator that is plugged in at this path.
  public init(path: String) throws(PN532Error) {
    self.path = path
    try plug()
  }

  deinit { unplug() }

  /// The cards in the field.
  public var tags: [EmulatedTag] {
    get { state.withLock { $0.chip.tags } }
    set { state.withLock { $0.chip.tags = newValue } }
  }

  /// The fault of every look for cards from now on; nil when it works.
  public var fault: PN532Fault? {
    get { state.withLock { $0.fault } }
    set { state.withLock { $0.fault = newValue } }
  }

  /// Plugs the line in.
  public func plug() throws(PN532Error) {
    var name = [CChar](repeating: 0, count: 128)
    let line = fedow_open_terminal(O_RDWR | O_NOCTTY | O_CLOEXEC, &name, name.count)
    guard line >= 0 else { throw PN532Error() }
    // Held open, or the terminal would report a hang-up whenever libnfc closes it.
    let hold = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    var attributes = termios()
    tcgetattr(hold, &attributes)
    cfmakeraw(&attributes)
    tcsetattr(hold, TCSANOW, &attributes)
    unlink(path)
    guard symlink(name, path) == 0 else { throw PN532Error() }
    let generation = state.withLock { state in
      state.hold = hold
      state.generation += 1
      state.chip = PN532Chip()
      return state.generation
    }
    TestThread.start { [weak self] in
      var wire = PN532Wire(line: line)
      while wire.isOpen, let self {
        guard self.answer(wire.next(), on: wire, generation: generation) else { break }
      }
      close(line)
    }
  }

  /// Pulls the line: the name is gone, and the other end sees a hang-up as soon as the thread looks up and closes it.
  public func unplug() {
    unlink(path)
    let hold = state.withLock { state in
      defer { (state.hold, state.generation) = (-1, state.generation + 1) }
      return state.hold
    }
    if hold >= 0 { close(hold) }
  }

  private func answer(_ command: PN532Stream.Command?, on wire: PN532Wire, generation: Int) -> Bool {
    guard let command else { return state.withLock { $0.generation == generation } }
    let (isCurrent, fault, data) = state.withLock { state in
      let faulty: UInt8 = state.fault == .impossibleStatus ? 0x44 : 0x4A
      return (
        state.generation == generation, command.code == faulty ? state.fault : nil,
        state.chip.execute(command.code, command.parameters)
      )
    }
    guard isCurrent else { return false }
    switch fault {
    case .silence: return true
    case .noAnswer: wire.acknowledge()
    case .impossibleStatus:
      wire.acknowledge()
      wire.send([0xD5, command.code &+ 1, 0xBF])
    case .garbage:
      wire.acknowledge()
      var frame = PN532Wire.frame([0xD5, command.code &+ 1] + (data ?? []))
      frame[frame.count - 2] &+= 1
      wire.write(frame)
    case .truncated:
      wire.acknowledge()
      wire.write(Array(PN532Wire.frame([0xD5, command.code &+ 1] + (data ?? [])).prefix(6)))
    case .late(let milliseconds):
      wire.acknowledge()
      usleep(useconds_t(milliseconds) * 1000)
      wire.send([0xD5, command.code &+ 1] + (data ?? []))
    case nil:
      wire.acknowledge()
      if let data { wire.send([0xD5, command.code &+ 1] + data) } else { wire.write(PN532Wire.syntaxError) }
    }
    return true
  }
}

/// No pseudo-terminal could be had.
public struct PN532Error: Error {}
