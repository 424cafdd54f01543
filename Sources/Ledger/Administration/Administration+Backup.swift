import Foundation
import GRDB
import Model

extension Administration {
  /// Copies the ledger into a new file while it is in use; the copy is one consistent state, in one file of its own.
  /// - Parameter progress: is told how many pages are copied, of how many.
  /// - Throws: `Refusal` with `already_exists` or `store_unavailable`.
  public func backUp(to path: String, progress: @escaping (Int, Int) -> Void = { _, _ in }) throws(Refusal) {
    let file = try WholeFile(path)
    do {
      let copy = try DatabaseQueue(path: file.partial)
      try store.pool.backup(to: copy) { progress($0.completedPageCount, $0.totalPageCount) }
      try copy.close()
    } catch {
      throw Refusal(.storeUnavailable, "The copy to \(path) failed: \(error)")
    }
    try file.settle()
    try file.publish()
  }
}
