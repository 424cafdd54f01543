import Model
import Rules
import Testing

@Suite("A reservation")
struct ReservationRulesTests {
  private typealias Step = ReservationRules.Step

  private static func next(_ step: Step, _ state: ReservationState, isDue: Bool = false) -> ReservationState? {
    try? ReservationRules.state(after: step, of: state, amount: 100, isDue: isDue)
  }

  @Test("ends once, and what ended never changes", arguments: [ReservationState.posted, .released, .expired])
  func ended(state: ReservationState) {
    for step in [Step.ask, .post(100), .release, .expire] {
      for isDue in [false, true] {
        #expect(throws: Refusal(.reservationEnded)) {
          try ReservationRules.state(after: step, of: state, amount: 100, isDue: isDue)
        }
      }
    }
  }

  @Test("that waits can be asked for, posted and released, and expires with its time")
  func pending() {
    #expect(Self.next(.ask, .pending) == .asked)
    #expect(Self.next(.post(100), .pending) == .posted)
    #expect(Self.next(.release, .pending) == .released)
    #expect(Self.next(.expire, .pending) == nil)
    #expect(Self.next(.expire, .pending, isDue: true) == .expired)
    // Its time is over, whether or not that was written down.
    #expect(Self.next(.ask, .pending, isDue: true) == nil)
    #expect(Self.next(.post(100), .pending, isDue: true) == nil)
    #expect(Self.next(.release, .pending, isDue: true) == .expired)
  }

  @Test("that somebody outside was asked for waits for their answer, however long")
  func asked() {
    for isDue in [false, true] {
      #expect(Self.next(.expire, .asked, isDue: isDue) == nil)
      #expect(Self.next(.ask, .asked, isDue: isDue) == .asked)
      #expect(Self.next(.post(40), .asked, isDue: isDue) == .posted)
      #expect(Self.next(.release, .asked, isDue: isDue) == .released)
    }
  }

  @Test("never becomes more than it is, nor nothing", arguments: [-1, 0, 101, Int64.max, .min])
  func bounds(amount: Int64) {
    #expect(Self.next(.post(amount), .asked) == nil)
    #expect(Self.next(.post(1), .asked) == .posted)
  }
}
