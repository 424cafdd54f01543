import Testing

@testable import Festival

@Suite("The evening, before it begins")
struct ProgrammeTests {
  private func settings(_ curve: ArrivalCurve = .festival) -> FestivalSettings {
    var settings = FestivalSettings()
    settings.curve = curve
    settings.rate = 40
    settings.seconds = 100
    settings.losses = 2
    settings.refunds = 2
    return settings
  }

  private func acts(_ settings: FestivalSettings) -> [PlannedAct] {
    Programme(settings, stalls: 3, cards: 200).lanes.flatMap { $0 }.sorted { $0.due < $1.due }
  }

  @Test("the same seed gives the same evening, another seed another")
  func seeds() {
    var other = settings()
    other.seed = 2
    #expect(acts(settings()).map(\.due) == acts(settings()).map(\.due))
    #expect(acts(settings()).map(\.due) != acts(other).map(\.due))
  }

  @Test("guests come as the curve says", arguments: ArrivalCurve.allCases)
  func curves(_ curve: ArrivalCurve) {
    let all = acts(settings(curve))
    let tenths = (0..<10).map { tenth in all.count { Int($0.due / .seconds(10)) == tenth } }
    let meant = (0..<10).map { tenth in
      (0..<100).reduce(0) { $0 + curve.intensity(at: (Double(tenth) + Double($1) / 100) / 10) } / 100 * 400
    }
    for (came, expected) in zip(tenths, meant) {
      // Four standard deviations of a Poisson process, and a lost card is found soon after.
      #expect(abs(Double(came) - expected) <= 4 * max(1, expected.squareRoot()))
    }
  }

  @Test("every till's acts are in the order of time; money is sold and fetched back at the desk")
  func lanes() {
    let programme = Programme(settings(), stalls: 3, cards: 200)
    for lane in programme.lanes { #expect(lane.map(\.due) == lane.map(\.due).sorted()) }
    #expect(programme.lanes.count == 12)
    #expect(programme.count == programme.lanes.reduce(0) { $0 + $1.count })
    #expect(acts(settings()).allSatisfy { $0.stall == 0 || ![.refill, .refund].contains($0.act) })
  }

  @Test("a card that was refunded or reported comes no more, but for its finder")
  func gone() {
    var gone: Set<Int> = []
    var finders = 0
    for act in acts(settings()) {
      #expect(!gone.contains(act.card) || act.act == .find)
      if [.refund, .loss].contains(act.act) { gone.insert(act.card) }
      if act.act == .find { finders += 1 }
    }
    #expect(finders > 5)
    var plain = settings()
    plain.dialect = .fedow
    #expect(acts(plain).allSatisfy { ![.loss, .find].contains($0.act) })
  }
}
