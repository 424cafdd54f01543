import TestKit

/// A ledger, kiosks, cards: all that a run needs.
final class Stand: Sendable {
  let ledger: any LedgerStand
  let kiosks: [KioskStand]
  let cards = TestCard.dozen
  /// The troubles that can be had here.
  let kinds: [Trouble]

  init(_ settings: RunSettings, directory: String) throws {
    ledger =
      switch settings.ledger {
      case .ledgerd: LedgerdStand(settings, directory: directory)
      case .fedow: FedowStand(settings, directory: directory)
      }
    kiosks = try (0..<settings.kiosks).map { try KioskStand($0, settings: settings, directory: directory) }
    let (ledger, kiosks) = (ledger, kiosks)
    kinds = settings.kinds.filter { kind in
      switch kind {
      case .ledgerDiskFull: ledger.disk != nil
      case .ledgerClockStepped: ledger.daemon.clock != nil
      default: kiosks.contains { $0.canHave(kind) }
      }
    }
  }

  /// Everything runs, is paired and filled, and nothing is disturbed yet.
  func setUp() async throws {
    try ledger.install(cards)
    try await startLedger()
    for (number, kiosk) in kiosks.enumerated() {
      try ledger.pair(kiosk.directory, number: number, url: kiosk.proxy.url)
      try kiosk.configure(ledger)
      try await kiosk.start()
    }
    try await ledger.fill(cards, through: kiosks[0])
  }

  func startLedger() async throws {
    let port = try await ledger.daemon.start()
    for kiosk in kiosks { kiosk.proxy.point(to: port) }
  }

  /// Copies what is on disks that vanish to where it can be looked at.
  func keepDisks() {
    for disk in [ledger.disk] + kiosks.map(\.disk) { disk?.keep() }
  }

  func killAll() {
    for kiosk in kiosks { kiosk.close() }
    ledger.daemon.kill()
    ledger.disk?.remove()
  }
}
