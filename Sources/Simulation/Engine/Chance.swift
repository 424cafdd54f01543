import TestKit

/// Draws from a seed; streams of one seed know nothing of each other, so what one draws moves nothing in another.
struct Chance: Sendable {
  /// What is drawn for, each from a stream of its own.
  enum Stream: UInt64 {
    case profile = 1
    case plan, schedule, network, disk, ids, jitter
  }

  private var generator: SeededGenerator

  init(seed: UInt64, _ stream: Stream, _ number: Int = 0) {
    var mixer = SeededGenerator(seed: seed ^ stream.rawValue &* 0xA24B_AED4_963E_E407 ^ UInt64(number) << 40)
    generator = SeededGenerator(seed: mixer.next())
  }

  /// True so many times of 1.
  mutating func happens(_ share: Double) -> Bool {
    share > 0 && Double(generator.next() >> 11) / Double(1 << 53) < share
  }

  /// A number of the range.
  mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }

  /// A number below the bound.
  mutating func index(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

  /// One of the choices, of which there must be one.
  mutating func one<Choice>(of choices: [Choice]) -> Choice { choices[index(below: choices.count)] }

  /// Milliseconds of the range.
  mutating func milliseconds(_ range: ClosedRange<Int64>) -> Duration { .milliseconds(number(range)) }

  /// A further draw's whole 64 bits.
  mutating func next() -> UInt64 { generator.next() }
}

extension Chance: RandomNumberGenerator {}
