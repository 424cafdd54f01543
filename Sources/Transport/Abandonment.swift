import Synchronization

/// Whether an exchange is to be given up; asked for on one thread and seen on another.
final class Abandonment: Sendable {
  private let flag = Atomic<Bool>(false)

  var isAsked: Bool { flag.load(ordering: .relaxed) }

  func ask() { flag.store(true, ordering: .relaxed) }
}
