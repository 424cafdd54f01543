import TestKit

/// The troubles of a run, one after the other, all drawn from the seed: how the processes run beside them changes nothing.
struct TroublePlan: Sendable {
  /// One of them.
  struct Step: Sendable, Hashable {
    let trouble: Trouble
    /// After the one before.
    let pause: Duration
    let lasting: Duration
    /// Which kiosk, where one is meant, by its place among those that can have it.
    let victim: Int
    /// How far a clock jumps, in seconds.
    let seconds: Int
    /// How much of a disk stays free, in bytes: sometimes enough for a part of what has to be written.
    let bytesLeft: Int
    /// Whether the daemon on the full disk is killed there.
    let isKilled: Bool
  }

  private let kinds: [Trouble]
  private var chance: SeededGenerator

  init(seed: UInt64, kinds: [Trouble]) {
    self.kinds = Trouble.allCases.filter { kinds.contains($0) }.flatMap { Array(repeating: $0, count: $0.weight) }
    chance = SeededGenerator(seed: seed &+ 4242)
  }

  /// The next; nil when no kind was chosen.
  mutating func next() -> Step? {
    guard let trouble = kinds.randomElement(using: &chance) else { return nil }
    // A debit that a kiosk decides alone with a clock ahead of its ledger's waits until that clock is there: up to what
    // a ledger allows (300 s) it does not, and hours of waiting are no part of this test.
    let furthest = trouble == .kioskClockStepped ? 240 : 7200
    return Step(
      trouble: trouble, pause: .milliseconds(Int.random(in: 50...500, using: &chance)),
      lasting: .milliseconds(Int.random(in: 0...1200, using: &chance)), victim: Int.random(in: 0..<60, using: &chance),
      seconds: Int.random(in: -7200...furthest, using: &chance),
      bytesLeft: [0, 0, 4096, 12_288, 40_960].randomElement(using: &chance) ?? 0,
      isKilled: Int.random(in: 0..<3, using: &chance) == 0)
  }
}
