import Model
import Readers

/// A reader whose field the world fills.
final class SimulatedReader: TagReader, @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  private let scheduler: Scheduler
  private let life: Life
  private let id = ReaderID("simulated")
  private var emit: (@Sendable (ReaderEvent) -> Void)?
  private let noteArrival: (TagUID) -> Void
  /// The card that lies in the field, as a person sees it, and since when it is away.
  private(set) var lying: TagUID?
  private var emptySince: Int64?
  /// How often it was pulled: what was to come after an earlier time does not come any more.
  var pulls = 0

  init(_ scheduler: Scheduler, life: Life, noteArrival: @escaping (TagUID) -> Void) {
    self.scheduler = scheduler
    self.life = life
    self.noteArrival = noteArrival
  }

  func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async {
    self.emit = emit
    emit(.state(id, .idle, instant))
    let _: Bool? = try? await scheduler.wait(in: life) { _ in }
    self.emit = nil
  }

  private var instant: MonotonicTime { MonotonicTime(nanoseconds: scheduler.now) }

  func see(_ field: TagSighting.Field) {
    guard emit != nil else { return }
    switch field {
    case .tag(let uid, _):
      // What slips for a moment was never away.
      let wasAway = emptySince.map { scheduler.now - $0 >= 300_000_000 } ?? false
      if wasAway || lying != uid { noteArrival(uid) }
      (lying, emptySince) = (uid, nil)
    case .empty: emptySince = emptySince ?? scheduler.now
    default: break
    }
    show(field)
  }

  /// Whether anything lies in the field.
  var isCovered: Bool { lying != nil && emptySince == nil }

  /// A planted fault: reports that the card which lies there was away for a while.
  func pretendArrival(of uid: TagUID) {
    show(.empty)
    scheduler.after(.milliseconds(400)) { [self] in show(.tag(uid, .mifareClassic1K)) }
  }

  /// What the reader reports, whatever lies there.
  func show(_ field: TagSighting.Field) {
    emit?(.sighting(TagSighting(reader: id, field: field, instant: instant)))
  }

  func set(_ state: ReaderState) { emit?(.state(id, state, instant)) }
}
