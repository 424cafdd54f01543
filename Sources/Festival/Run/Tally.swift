import Synchronization

/// How much of the evening is over, for the one who watches.
final class Tally: Sendable {
  private let total: Int
  private let progress: @Sendable (_ label: String, _ done: Int, _ total: Int) -> Void
  private let done = Atomic<Int>(0)

  init(total: Int, progress: @escaping @Sendable (_ label: String, _ done: Int, _ total: Int) -> Void) {
    self.total = total
    self.progress = progress
  }

  func count() {
    let done = done.add(1, ordering: .relaxed).newValue
    // A line on a terminal costs; a hundred of them are enough.
    if done.isMultiple(of: max(1, total / 100)) || done == total { progress("acts", done, total) }
  }
}
