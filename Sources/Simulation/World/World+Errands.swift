import FedowProtocol
import Kiosk
import Ledger
import Model

/// Something that an operator or a person has done: tried again until the ledger has answered.
struct Errand {
  typealias Work = @Sendable (SimulatedLedger.Running) async throws -> Void

  /// Where it is done.
  enum Way {
    case ledger(Work)
    /// Over the kiosk's network, by whoever stands there and gives up after a while.
    case kiosk(SimulatedKiosk, @Sendable (TapKiosk) async throws -> Void)
  }

  let name: String
  let way: Way
  /// The card that it is about, by its tag at the time; nothing is done for one that has another tag since.
  var card: (number: Int, tag: String)?
  /// Called when it is tried, and when it was answered; with whether it was done.
  let begins: () -> Void
  let ends: (_ isDone: Bool, _ isRepeated: Bool) -> Void
}

extension World {
  func enqueue(
    _ name: String, of card: (number: Int, tag: String)? = nil, begins: @escaping () -> Void = {},
    ends: @escaping (Bool, Bool) -> Void = { _, _ in },
    _ work: @escaping Errand.Work
  ) {
    enqueue(Errand(name: name, way: .ledger(work), card: card, begins: begins, ends: ends))
  }

  func enqueue(_ errand: Errand) {
    errands.append(errand)
    goOn()
  }

  private func goOn() {
    guard !isOperatorBusy, !errands.isEmpty else { return }
    let errand = Box(errands.removeFirst())
    if let card = errand.value.card, tags[card.number] != card.tag { return goOn() }
    isOperatorBusy = true
    errand.value.begins()
    scheduler.start { [self] in
      await run(errand.value)
      scheduler.after(.zero) { [self] in
        isOperatorBusy = false
        goOn()
      }
    }
  }

  private func run(_ errand: Errand) async {
    var tries = 0
    while true {
      if let isDone = await attempt(errand, &tries) { return end(errand, isDone: isDone, tries) }
      if case .kiosk(let kiosk, _) = errand.way, tries > 2 || kiosk.isShutOut {
        note("\(errand.name): given up")
        // What was tried may have been done, or be done yet.
        return end(errand, isDone: false, tries > 0 ? 2 : 0)
      }
      try? await scheduler.sleep(.seconds(1), in: Life("operator"))
    }
  }

  /// Whether it was done; nil when nobody has answered.
  private func attempt(_ errand: Errand, _ tries: inout Int) async -> Bool? {
    let (life, work): (Life, () async throws -> Void)
    switch errand.way {
    case .ledger(let atLedger):
      guard let running = ledger.running else { return nil }
      (life, work) = (running.life, { try await atLedger(running) })
    case .kiosk(let kiosk, let atKiosk):
      guard let running = kiosk.running, let till = running.kiosk else { return nil }
      (life, work) = (running.life, { try await atKiosk(till) })
    }
    tries += 1
    do {
      try await work()
      guard !life.isOver else { return nil }
      note("\(errand.name): done")
      return true
    } catch {
      // A ledger that says no has answered; one that is gone has not.
      guard !life.isOver, let code = Self.refusal(error), !Self.tellsNothing.contains(code) else { return nil }
      note("\(errand.name): \(code)")
      return false
    }
  }

  private static let tellsNothing = Set(
    [Refusal.Code.storeUnavailable, .outcomeUnknown, .ledgerUnreachable].map(\.rawValue))

  /// What was answered counts from the next instant on: what was committed in this one is looked at first.
  private func end(_ errand: Errand, isDone: Bool, _ tries: Int) {
    scheduler.after(.zero) { errand.ends(isDone, tries > 1) }
  }

  static func refusal(_ error: any Error) -> String? {
    if let refusal = error as? Refusal { return refusal.code.rawValue }
    guard let rejection = error as? Rejection else { return nil }
    return (try? JSON.parse(rejection.answer.bodyBytes))?["code"]?.text ?? "status \(rejection.answer.status)"
  }
}
