/// How many requests a second the server takes, and from whom; 0 is without bound.
public struct RateLimits: Hashable, Sendable {
  /// Of one client that was authenticated: a place's key, or a wallet. High enough for a till's busiest second.
  public var client: Int
  /// Of one address, requests without a client that is known: public pages, and every client's first request.
  public var stranger: Int
  /// Of one address, authentications that fail.
  public var failure: Int
  /// How many clients and how many addresses are remembered.
  public var memory: Int

  /// Limits of so many a second.
  public init(client: Int = 20_000, stranger: Int = 500, failure: Int = 50, memory: Int = 8192) {
    self.client = client
    self.stranger = stranger
    self.failure = failure
    self.memory = memory
  }

  /// No bounds, for a server that stands behind one which has them.
  public static let none = RateLimits(client: 0, stranger: 0, failure: 0)

  var clientSize: TokenBucket.Size? { Self.size(client, burst: 2) }
  /// Twenty seconds' worth at once: after a start all of a venue's tills come together.
  var strangerSize: TokenBucket.Size? { Self.size(stranger, burst: 20) }
  var failureSize: TokenBucket.Size? { Self.size(failure, burst: 20) }

  private static func size(_ rate: Int, burst: Double) -> TokenBucket.Size? {
    rate > 0 ? TokenBucket.Size(rate: Double(rate), burst: Double(rate) * burst) : nil
  }
}
