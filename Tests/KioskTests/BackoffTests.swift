import Kiosk
import Testing

@Suite struct BackoffTests {
  @Test func theStepDoublesUpToItsBound() {
    let backoff = Backoff(first: .seconds(1), longest: .seconds(10), jitter: { 0 })
    #expect([1, 2, 3, 4, 5, 100].map { backoff.delay(after: $0) } == [0.5, 1, 2, 4, 5, 5].map { .seconds($0) })
  }

  @Test func jitterAddsUpToTheOtherHalf() {
    let backoff = Backoff(first: .seconds(1), longest: .seconds(10), jitter: { 0.5 })
    #expect(backoff.delay(after: 2) == .seconds(1.5))
  }
}
