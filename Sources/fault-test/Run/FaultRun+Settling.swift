import FedowProtocol

extension FaultRun {
  /// The faults stop; waits until no kiosk has anything open, then starts each anew: what it says must be on its disk.
  /// - Throws: `Breach` when something stays open.
  func settle() async throws {
    for kiosk in stand.kiosks { kiosk.proxy.calm() }
    let patience = Duration.seconds(30 + (settings.ledger == .fedow ? 10 * (settings.settling ?? 60) : 0))
    let deadline = ContinuousClock.now + patience
    for kiosk in stand.kiosks {
      while let open = try await openRows(of: kiosk), !open.isEmpty {
        guard ContinuousClock.now < deadline else {
          throw Breach("\(open.count) debits are still in doubt: \(open.map(\.compact))")
        }
        _ = await kiosk.call("POST", "/v1/outbox/retry", [:])
        try await Task.sleep(for: .milliseconds(200))
      }
      kiosk.kill()
      try await kiosk.start()
    }
  }

  private func openRows(of kiosk: KioskStand) async throws -> [JSON]? {
    guard let answer = await kiosk.call("GET", "/v1/outbox?state=pending,sent,unknown") else {
      throw Breach("a kiosk that nothing disturbs does not answer")
    }
    return answer.json["rows"]?.elements
  }
}
