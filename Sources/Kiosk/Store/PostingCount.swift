import Synchronization

/// Numbers what the ledger posted in the order in which this kiosk heard of it, so that a card's reading tells which debits
/// it shows. No clock does: it may step back between the two.
final class PostingCount: Sendable {
  private let count: Mutex<Int64>

  /// Goes on after the number that was given last.
  init(after last: Int64) { count = Mutex(last) }

  /// The number that was given last: whatever the ledger is asked for from now on shows what has it or a lower one.
  var latest: Int64 { count.withLock { $0 } }

  /// The number of something that the ledger has posted.
  func next() -> Int64 {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
