import CPCSC
import Glibc

/// One reader as SCardGetStatusChange wants it described, with what was last known of it.
final class ReaderSlot {
  let name: String
  private let nameForC: UnsafeMutablePointer<CChar>?
  private(set) var state = SlotState(bits: UInt32(SCARD_STATE_UNAWARE))
  private(set) var atr: [UInt8] = []
  /// The state whose news has been told; nil until anything was.
  var told: SlotState?
  /// How often reading the present card has failed.
  var failures = 0

  init(name: String) {
    self.name = name
    nameForC = strdup(name)
  }

  deinit { free(nameForC) }

  /// The pseudo-reader that changes when a reader is plugged or unplugged.
  static func plugAndPlay() -> ReaderSlot { ReaderSlot(name: #"\\?PnP?\Notification"#) }

  /// What to ask: tell me when it is no longer so.
  var query: SCARD_READERSTATE {
    var query = SCARD_READERSTATE()
    query.szReader = UnsafePointer(nameForC)
    query.dwCurrentState = DWORD(state.bits & ~UInt32(SCARD_STATE_CHANGED))
    return query
  }

  /// Takes the answer.
  func take(_ answer: SCARD_READERSTATE) {
    state = SlotState(bits: UInt32(truncatingIfNeeded: answer.dwEventState))
    atr = withUnsafeBytes(of: answer.rgbAtr) { Array($0.prefix(min(Int(answer.cbAtr), $0.count))) }
  }
}

/// The state bits of a slot. The upper half counts insertions and removals.
struct SlotState: Hashable {
  let bits: UInt32

  var isGone: Bool { bits & UInt32(SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE) != 0 }
  var isEmpty: Bool { bits & UInt32(SCARD_STATE_EMPTY) != 0 }
  var isPresent: Bool { bits & UInt32(SCARD_STATE_PRESENT) != 0 }
  var isMute: Bool { bits & UInt32(SCARD_STATE_MUTE) != 0 }
  var eventCount: UInt32 { bits >> 16 }
}
