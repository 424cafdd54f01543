import ArgumentParser

/// What happens to processes, disks, clocks and readers beside the taps; what happens to single requests is the proxy's.
enum Trouble: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// SIGKILL, wherever it is, and a new start.
  case ledgerKilled = "ledger-killed"
  case kioskKilled = "kiosk-killed"
  /// SIGSTOP for a while: requests lie in its socket, and time-outs run out on both sides, before it goes on.
  case ledgerStopped = "ledger-stopped"
  case kioskStopped = "kiosk-stopped"
  /// The ledger's address takes no connections from one kiosk.
  case networkOut = "network-out"
  /// No space is left where the database is; now and then the daemon is killed in that state.
  case ledgerDiskFull = "ledger-disk-full"
  case kioskDiskFull = "kiosk-disk-full"
  /// The wall clock jumps, and later back.
  case ledgerClockStepped = "ledger-clock-stepped"
  case kioskClockStepped = "kiosk-clock-stepped"
  /// SIGKILL to pcscd, and a new start.
  case pcscdKilled = "pcscd-killed"
  /// The serial line of a PN532 is pulled and plugged in again.
  case readerPulled = "reader-pulled"

  /// All of them, for people.
  static let words = allCases.map(\.rawValue).joined(separator: ", ")

  /// How often it comes beside the others.
  var weight: Int {
    switch self {
    case .ledgerKilled, .kioskKilled: 3
    case .networkOut, .ledgerDiskFull, .kioskDiskFull: 2
    default: 1
    }
  }

  /// Whether a small disk has to be mounted for it.
  var needsDisk: Bool { self == .ledgerDiskFull || self == .kioskDiskFull }

  /// Whether its victim is one kiosk, or a part of one.
  var isOfKiosk: Bool {
    switch self {
    case .ledgerKilled, .ledgerStopped, .ledgerDiskFull, .ledgerClockStepped: false
    default: true
    }
  }
}
