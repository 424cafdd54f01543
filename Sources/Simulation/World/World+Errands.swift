import FedowProtocol
import Ledger
import Model

/// Something that an operator or a person has done at the ledger: tried again until the ledger has answered.
struct Errand {
  typealias Work = @Sendable (SimulatedLedger.Running) async throws -> Void

  let name: String
  let work: Work
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
    errands.append(Errand(name: name, work: work, card: card, begins: begins, ends: ends))
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
      if let running = ledger.running {
        tries += 1
        do {
          try await errand.work(running)
          if !running.life.isOver {
            note("\(errand.name): done")
            return end(errand, isDone: true, tries)
          }
        } catch {
          // A ledger that says no has answered; one that is gone has not.
          if !running.life.isOver, let code = Self.refusal(error), code != Refusal.Code.storeUnavailable.rawValue {
            note("\(errand.name): \(code)")
            return end(errand, isDone: false, tries)
          }
        }
      }
      try? await scheduler.sleep(.seconds(1), in: Life("operator"))
    }
  }

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
