import FedowProtocol
import Synchronization
import TestKit

/// The taps, and the troubles beside them.
final class FaultRun: Sendable {
  /// Where a charge was seen to have come to its end.
  struct Seen: Sendable {
    var states: [String: String] = [:]
    var troubles: [String: Int] = [:]
    var isOver = false
  }

  let stand: Stand
  let settings: RunSettings
  private let record = Mutex(Seen())
  private static let ends: Set = ["paid", "refused", "expired", "cancelled"]
  /// Still open, or on its way.
  private static let running: Set = ["waiting", "deciding", "sent"]

  private static let standstills: Set<String?> = [
    "ledger_unreachable", "unknown_card", "offline_limit", "debit_pending",
  ]

  init(stand: Stand, settings: RunSettings) {
    self.stand = stand
    self.settings = settings
  }

  var seen: [String: String] { record.withLock { $0.states } }
  var isOver: Bool { record.withLock { $0.isOver } }
  var troubles: [String: Int] { record.withLock { $0.troubles } }

  /// Makes all the taps, while daemons die and networks fall silent.
  func tap() async throws {
    for kiosk in stand.kiosks { kiosk.proxy.calm(false) }
    let progress = RunProgress(taps: settings.taps, isShown: settings.showsProgress)
    defer { progress.end() }
    let perKiosk = (settings.taps + stand.kiosks.count - 1) / stand.kiosks.count
    try await withThrowingTaskGroup(of: Void.self) { trouble in
      if !settings.isPlanted { trouble.addTask { try await self.makeTrouble() } }
      defer { record.withLock { $0.isOver = true } }
      try await withThrowingTaskGroup(of: Void.self) { taps in
        for (number, kiosk) in stand.kiosks.enumerated() {
          let count = min(perKiosk, settings.taps - number * perKiosk)
          taps.addTask { try await self.tap(max(0, count), at: kiosk, number: number, progress) }
        }
        try await taps.waitForAll()
      }
      // What was killed last is started again before the trouble ends.
      record.withLock { $0.isOver = true }
      try await trouble.waitForAll()
    }
  }

  private func tap(_ count: Int, at kiosk: KioskStand, number: Int, _ progress: RunProgress) async throws {
    var chance = SeededGenerator(seed: settings.seed &+ UInt64(number) &* 31_337)
    for tap in 0..<count {
      guard let card = stand.cards.randomElement(using: &chance) else { return }
      let amount = Int64.random(in: 1...900, using: &chance)
      let id = try await open(amount, name: "\(number)-\(tap)", at: kiosk)
      try await pay(id, with: card, name: "\(number)-\(tap)", at: kiosk)
      await kiosk.desk.withdraw()
      progress.step(troubles: troubles.values.reduce(0, +))
    }
  }

  private func open(_ amount: Int64, name: String, at kiosk: KioskStand) async throws -> String {
    for attempt in 0..<1000 {
      let body: JSON = ["amount": JSON(amount), "description": JSON("tap \(name).\(attempt)")]
      let answer = await kiosk.call("POST", "/v1/charges", body)
      if answer?.status == 201, let id = answer?.json["id"]?.text { return id }
      try await Task.sleep(for: .milliseconds(30))
    }
    throw Breach("no charge can be opened at kiosk \(name)")
  }

  private func pay(_ id: String, with card: TestCard, name: String, at kiosk: KioskStand) async throws {
    for attempt in 0..<200 {
      if attempt > 0 { await kiosk.desk.withdraw() }
      kiosk.desk.present(card.tag, as: "\(name)-\(attempt)")
      let patience = ContinuousClock.now + kiosk.desk.patience
      while true {
        let charge = await kiosk.call("GET", "/v1/charges/\(id)")?.json
        let state = charge?["state"]?.text ?? "waiting"
        if !Self.running.contains(state) {
          note(id, state)
          // A cashier who is told that nothing works does not run through the whole queue meanwhile.
          if Self.standstills.contains(charge?["code"]?.text) { try await Task.sleep(for: .milliseconds(150)) }
          return
        }
        if state == "waiting", ContinuousClock.now > patience { break }
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    throw Breach("charge \(id) never came to an end")
  }

  private func note(_ id: String, _ state: String) {
    if Self.ends.contains(state) { record.withLock { $0.states[id] = state } }
  }

  func count(_ trouble: String) { record.withLock { $0.troubles[trouble, default: 0] += 1 } }
}
