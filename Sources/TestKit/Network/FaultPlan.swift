/// Which request meets which fault: the same for the same seed, method, path and number.
public struct FaultPlan: Sendable {
  private let seed: UInt64
  private let kinds: [NetworkFault]
  private let share: @Sendable (HTTPMessage) -> Double
  /// How late a slow answer is.
  public let slow: Duration
  /// How late what comes too late is.
  public let late: Duration

  /// A plan.
  /// - Parameters:
  ///   - kinds: the faults that happen, all as often.
  ///   - slow: shorter than the client's time-out.
  ///   - late: longer than it.
  ///   - share: how many of such requests meet a fault, from 0 to 1.
  public init(
    seed: UInt64, kinds: [NetworkFault] = NetworkFault.allCases, slow: Duration = .milliseconds(50),
    late: Duration = .milliseconds(800), share: @escaping @Sendable (HTTPMessage) -> Double = { _ in 1 }
  ) {
    self.seed = seed
    self.kinds = kinds
    self.slow = slow
    self.late = late
    self.share = share
  }

  /// What happens to the request; nil for nothing.
  /// - Parameter number: how many requests came before it.
  public func fault(of request: HTTPMessage, number: Int) -> NetworkFault? {
    var chance = SeededGenerator(seed: seed &+ UInt64(number) &* 0x9E37_79B9)
    guard Double.random(in: 0..<1, using: &chance) < share(request) else { return nil }
    return kinds.randomElement(using: &chance)
  }
}
