import Model
import Readers

/// A reader whose field the world fills.
final class SimulatedReader: TagReader, @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  private let scheduler: Scheduler
  private let life: Life
  private let id = ReaderID("simulated")
  private var emit: (@Sendable (ReaderEvent) -> Void)?

  init(_ scheduler: Scheduler, life: Life) {
    self.scheduler = scheduler
    self.life = life
  }

  func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async {
    self.emit = emit
    emit(.state(id, .idle, instant))
    let _: Bool? = try? await scheduler.wait(in: life) { _ in }
    self.emit = nil
  }

  private var instant: MonotonicTime { MonotonicTime(nanoseconds: scheduler.now) }

  func see(_ field: TagSighting.Field) { emit?(.sighting(TagSighting(reader: id, field: field, instant: instant))) }

  func set(_ state: ReaderState) { emit?(.state(id, state, instant)) }
}
