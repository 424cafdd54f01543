import Model

/// The thread behind `PCSCReaders`: waits for changes, reads what was put down, tells what happened.
///
/// A class because it lives on one thread for as long as that thread.
final class PCSCLoop {
  /// SCardCancel does nothing between two waits, so a wait is never longer than this; it is also how soon a reader is
  /// noticed whose plug-and-play event was missed.
  static let longestWait = 1000
  /// How soon and how often a card is asked again that did not answer.
  static let retryWait = 60
  static let mostFailures = 5

  private let stop: StopSignal
  private let emit: (ReaderEvent) -> Void
  private var slots: [ReaderSlot] = []
  private var plugAndPlay = ReaderSlot.plugAndPlay()

  init(stop: StopSignal, emit: @escaping (ReaderEvent) -> Void) {
    self.stop = stop
    self.emit = emit
  }

  func run() {
    var backoff = Backoff(first: .milliseconds(100), longest: .seconds(2))
    while !stop.isStopped {
      do throws(SmartCardError) {
        let context = try SmartCardContext()
        stop.setInterrupt { context.cancel() }
        defer { stop.setInterrupt(nil) }
        // Not before the first list: a pcscd that takes connections and drops them must not be asked without pause.
        try list(context)
        backoff.reset()
        while !stop.isStopped { try step(context) }
      } catch {
        // pcscd is away: old contexts are dead, and what its readers hold is unknown until it is back.
        loseAll()
        stop.pause(backoff.delay())
      }
    }
    loseAll()
  }

  private func step(_ context: SmartCardContext) throws(SmartCardError) {
    let isRetrying = slots.contains(where: isRetrying)
    let wait = isRetrying ? Self.retryWait : Self.longestWait
    let hasChanged = try context.waitForChange(of: [plugAndPlay] + slots, milliseconds: wait)
    let instant = MonotonicTime.now()
    for slot in slots where hasChanged || self.isRetrying(slot) { tell(slot, context, instant) }
    // The pseudo-reader carries no counter, so its news may be missed: the list is read after every wait.
    try list(context)
  }

  private func list(_ context: SmartCardContext) throws(SmartCardError) {
    let names = try context.readers()
    let instant = MonotonicTime.now()
    for slot in slots where !names.contains(slot.name) { lose(slot, instant) }
    slots.removeAll { !names.contains($0.name) }
    for name in names where !slots.contains(where: { $0.name == name }) {
      slots.append(ReaderSlot(name: name))
      emit(.state(ReaderID(name), .starting, instant))
    }
  }

  private func tell(_ slot: ReaderSlot, _ context: SmartCardContext, _ instant: MonotonicTime) {
    let state = slot.state
    let isNews = slot.told.map { $0.eventCount != state.eventCount || $0.isPresent != state.isPresent } ?? true
    guard isNews || isRetrying(slot) else { return }
    if isNews, state.isPresent, slot.told?.isPresent == true {
      // Taken away and put down between two waits.
      see(.empty, slot, instant)
    }
    if isNews { slot.failures = 0 }
    slot.told = state
    // An unplugged reader reports a stale answer to reset; the list takes it away.
    guard !state.isGone else { return }
    if state.isPresent {
      read(slot, context, instant)
    } else if state.isEmpty {
      slot.failures = 0
      see(.empty, slot, instant)
      emit(.state(ReaderID(slot.name), .idle, instant))
    }
  }

  private func read(_ slot: ReaderSlot, _ context: SmartCardContext, _ instant: MonotonicTime) {
    do throws(SmartCardError) {
      guard !slot.state.isMute else { return see(.unreadable("the card does not answer"), slot, instant) }
      switch UIDCommand.read(try context.transmit(UIDCommand.apdu, to: slot.name)) {
      case .uid(let uid):
        slot.failures = 0
        see(.tag(uid, AnswerToReset(bytes: slot.atr).technology), slot, instant)
      case .interrupted: retry(slot, "the card left too early", instant)
      case .refused(let why): retry(slot, why, instant)
      }
    } catch {
      guard !error.isCardGone else { return }
      retry(slot, error.description, instant)
    }
  }

  private func isRetrying(_ slot: ReaderSlot) -> Bool { (1..<Self.mostFailures).contains(slot.failures) }

  private func retry(_ slot: ReaderSlot, _ why: String, _ instant: MonotonicTime) {
    slot.failures += 1
    if slot.failures == Self.mostFailures { see(.unreadable(why), slot, instant) }
  }

  private func see(_ field: TagSighting.Field, _ slot: ReaderSlot, _ instant: MonotonicTime) {
    let reader = ReaderID(slot.name)
    emit(.sighting(TagSighting(reader: reader, field: field, instant: instant)))
    if field != .empty, field != .lost { emit(.state(reader, .reading, instant)) }
  }

  private func loseAll() {
    let instant = MonotonicTime.now()
    for slot in slots { lose(slot, instant) }
    slots = []
    plugAndPlay = ReaderSlot.plugAndPlay()
  }

  private func lose(_ slot: ReaderSlot, _ instant: MonotonicTime) {
    see(.lost, slot, instant)
    emit(.state(ReaderID(slot.name), .absent, instant))
  }
}
