import TestKit

extension FaultRun {
  /// Goes through the plan until the taps are over.
  func makeTrouble() async throws {
    var plan = TroublePlan(seed: settings.seed, kinds: stand.kinds)
    while !isOver, let step = plan.next() {
      try await Task.sleep(for: step.pause)
      if try await make(step) { count(step.trouble.rawValue) }
    }
  }

  /// - Returns: whether there was somebody to whom it could be done.
  private func make(_ step: TroublePlan.Step) async throws -> Bool {
    let able = stand.kiosks.filter { !step.trouble.isOfKiosk || $0.canHave(step.trouble) }
    guard let kiosk = able.isEmpty ? nil : able[step.victim % able.count] else { return false }
    let ledger = stand.ledger
    switch step.trouble {
    case .ledgerKilled:
      ledger.daemon.kill()
      await pass(step.lasting / 4)
      try await stand.startLedger()
    case .kioskKilled:
      kiosk.kill()
      await pass(step.lasting / 4)
      try await kiosk.start()
    case .ledgerStopped: try await stop(ledger.daemon, for: step.lasting)
    case .kioskStopped: try await stop(kiosk.daemon, for: step.lasting)
    case .networkOut:
      try kiosk.proxy.reachable(false)
      await pass(step.lasting)
      try kiosk.proxy.reachable(true)
    case .ledgerDiskFull:
      guard let disk = ledger.disk else { return false }
      if try await fill(disk, ledger.daemon, step) { try await stand.startLedger() }
    case .kioskDiskFull:
      guard let disk = kiosk.disk else { return false }
      if try await fill(disk, kiosk.daemon, step) { try await kiosk.start() }
    case .ledgerClockStepped: try await stepClock(ledger.daemon.clock, step)
    case .kioskClockStepped: try await stepClock(kiosk.daemon.clock, step)
    case .pcscdKilled, .readerPulled: try await kiosk.desk.breakDown(for: step.lasting)
    }
    return true
  }

  private func stop(_ daemon: Daemon, for duration: Duration) async throws {
    daemon.stop()
    await pass(duration)
    daemon.proceed()
  }

  /// - Returns: whether the daemon was killed on the full disk, which is free again.
  private func fill(_ disk: SmallDisk, _ daemon: Daemon, _ step: TroublePlan.Step) async throws -> Bool {
    try disk.fill(leaving: step.bytesLeft)
    await pass(step.lasting)
    if step.isKilled { daemon.kill() }
    disk.free()
    return step.isKilled
  }

  private func stepClock(_ clock: SteppedClock?, _ step: TroublePlan.Step) async throws {
    try clock?.step(by: step.seconds)
    await pass(step.lasting)
    try clock?.step(by: 0)
  }

  /// Waits; whoever ends the run meanwhile need not.
  private func pass(_ duration: Duration) async { try? await Task.sleep(for: duration) }
}
