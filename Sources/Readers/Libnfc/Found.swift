import Synchronization

/// What a discovery has found so far.
final class Found: Sendable {
  private let found = Mutex<[String]>([])

  var connstrings: [String] { found.withLock { $0 } }

  func append(_ connstring: String) { found.withLock { $0.append(connstring) } }
}
