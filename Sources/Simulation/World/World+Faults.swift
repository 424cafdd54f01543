import FedowProtocol
import Kiosk
import Ledger
import Model

extension World {
  /// Starts everything with the policy of this run.
  func setUp() throws(Breach) {
    try ledger.start()
    try oracle.readWhatStands()
    let profile = profile
    for site in template.sites {
      // As the operator did before the doors opened.
      enqueue("policy \(site.name)") { running in
        _ = try await running.administration.changePolicy(place: site.name) { policy in
          policy.isOfflineAllowed = profile.isOfflineAllowed
          policy.offlinePerCard = profile.offlinePerCard
          policy.offlinePerDevice = profile.offlinePerDevice
          policy.voidWindow = profile.voidWindow
          policy.offlineLongest = profile.offlineLongest
          policy.hotlistLongest = profile.hotlistLongest
        }
      }
    }
    try pass(.milliseconds(50))
    for kiosk in tills { kiosk.start() }
    try pass(.milliseconds(300))
  }

  /// A process whose disk died at a write is dead; it starts again some time later.
  func buryTheDead() {
    if ledger.disk.takeDeath() { crashLedger() }
    for kiosk in tills where kiosk.disk.takeDeath() { crash(kiosk) }
  }

  func crashLedger() {
    ledger.die(powerFails: chance.happens(profile.powerCuts))
    scheduler.after(chance.milliseconds(100...9_000)) { [self] in startLedger() }
  }

  func startLedger() {
    guard !ledger.isUp else { return }
    do {
      try ledger.start()
    } catch {
      fail(error)
    }
  }

  func crash(_ kiosk: SimulatedKiosk) {
    kiosk.die(powerFails: chance.happens(profile.powerCuts))
    restart(kiosk, after: chance.milliseconds(100...9_000))
  }

  func restart(_ kiosk: SimulatedKiosk, after delay: Duration) {
    scheduler.after(delay) { if kiosk.running == nil { kiosk.start() } }
  }

  /// After the faults have stopped: whoever is down comes back, and everything has 20 minutes to come to its end.
  func settle() throws(Breach) {
    startLedger()
    ledger.clockError = 0
    for disk in [ledger.disk] + tills.map(\.disk) { disk.empty() }
    for kiosk in tills {
      kiosk.setClock(error: 0)
      if kiosk.running == nil { kiosk.start() }
    }
    var waited = 0
    while true {
      try pass(.seconds(5))
      for kiosk in tills where kiosk.isShutOut && errands.isEmpty && !isOperatorBusy { enrolAnew(kiosk) }
      let open = oracle.openMatters()
      if open.isEmpty && errands.isEmpty && !isOperatorBusy { return }
      waited += 5
      guard waited < 1_200 else {
        throw Breach(.settled, "20 minutes after the faults: \(open.joined(separator: "; ")), \(errands.count) errands")
      }
      if waited > 60 { try pass(.seconds(55)); waited += 55 }
    }
  }
}
