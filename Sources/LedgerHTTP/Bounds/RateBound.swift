import Model

/// Who may ask how often, as a state machine: it takes digests and instants, and never waits.
///
/// A client is remembered only once it was authenticated, so that made-up keys neither fill the memory nor escape the
/// bound of the address they come from.
struct RateBound: Sendable {
  private let limits: RateLimits
  private var clients: [Int: TokenBucket] = [:]
  private var strangers: [Int: TokenBucket] = [:]
  private var failures: [Int: TokenBucket] = [:]

  init(_ limits: RateLimits) { self.limits = limits }

  /// What becomes of a request.
  enum Verdict: Equatable {
    /// It comes from a client that is known.
    case client
    /// It comes from one that is not, or not yet.
    case stranger
    /// It is refused; after so many seconds it would not be.
    case refused(after: Double)
  }

  /// Decides on a request.
  ///
  /// - Parameters:
  ///   - client: a digest of its credentials; nil when it has none.
  ///   - address: a digest of where it comes from; not asked for when the client is known.
  mutating func admit(client: Int?, address: @autoclosure () -> Int, now: MonotonicTime) -> Verdict {
    if let client, clients[client] != nil {
      guard let size = limits.clientSize, let wait = clients[client]?.take(size, now: now) else { return .client }
      return .refused(after: wait)
    }
    let address = address()
    if let size = limits.failureSize, let wait = failures[address]?.wait(size, now: now) {
      return .refused(after: wait)
    }
    guard let size = limits.strangerSize else { return .stranger }
    Self.makeRoom(in: &strangers, size, atMost: limits.memory, now: now)
    let wait = strangers[address, default: TokenBucket(size, now: now)].take(size, now: now)
    return wait.map { .refused(after: $0) } ?? .stranger
  }

  /// A stranger was authenticated: from now on it is a client.
  mutating func succeed(client: Int, now: MonotonicTime) {
    let size = limits.clientSize ?? TokenBucket.Size(rate: 1, burst: 1)
    Self.makeRoom(in: &clients, size, atMost: limits.memory, now: now)
    clients[client] = TokenBucket(size, now: now)
  }

  /// An authentication failed: the client, if it was one, is none any more, and its address pays.
  mutating func fail(client: Int?, address: Int, now: MonotonicTime) {
    if let client { clients[client] = nil }
    guard let size = limits.failureSize else { return }
    Self.makeRoom(in: &failures, size, atMost: limits.memory, now: now)
    _ = failures[address, default: TokenBucket(size, now: now)].take(size, now: now)
  }

  /// How much is remembered.
  var count: Int { clients.count + strangers.count + failures.count }

  /// Forgets what is as good as new; when that is nothing, everything: the bound on memory comes before the other.
  private static func makeRoom(
    in buckets: inout [Int: TokenBucket], _ size: TokenBucket.Size, atMost count: Int, now: MonotonicTime
  ) {
    guard buckets.count >= count else { return }
    buckets = buckets.filter { entry in
      var bucket = entry.value
      return !bucket.isFull(size, now: now)
    }
    if buckets.count >= count { buckets.removeAll() }
  }
}
