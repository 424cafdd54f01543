import Model
import Testing

@Suite("Amount")
struct AmountTests {
  @Test(
    "reads what a person types",
    arguments: [
      ("3", 300), ("3.5", 350), ("3,50", 350), ("0.07", 7), ("20.00", 2000), ("92233720368547758.07", Int64.max),
    ])
  func parses(text: String, minorUnits: Int64) throws {
    #expect(try Amount(decimal: text).minorUnits == minorUnits)
  }

  @Test(
    "refuses everything else",
    arguments: [
      "", ".", "3.", ".5", "-1", "+1", "3.505", "1.2.3", "1,2.3", "abc", "1e3", " 3", "٣", "92233720368547758.08",
    ])
  func refuses(text: String) {
    #expect(throws: Refusal.self) { try Amount(decimal: text) }
  }

  @Test("prints two decimals", arguments: [(0, "0.00"), (7, "0.07"), (350, "3.50"), (-350, "-3.50"), (-7, "-0.07")])
  func prints(minorUnits: Int64, text: String) {
    #expect(Amount(minorUnits: minorUnits).description == text)
  }

  @Test("never overflows silently")
  func overflow() {
    let most = Amount(minorUnits: .max)
    #expect(most.adding(Amount(minorUnits: 1)) == nil)
    #expect(Amount(minorUnits: .min).subtracting(Amount(minorUnits: 1)) == nil)
    #expect(most.subtracting(most) == .zero)
  }

  @Test("sums that do not fit end at the largest or smallest number, and what falls in between is counted")
  func saturating() {
    #expect([Int64.max, .max].saturatingSum == .max)
    #expect([Int64.min, .min].saturatingSum == .min)
    #expect([Int64.max, 5, -5, .min].saturatingSum == -1)
    #expect(Int64.max.saturatingSum(1) == .max)
    #expect(Int64.min.saturatingSum(-1) == .min)
    #expect(Int64.max.saturatingDifference(-1) == .max)
    #expect(Int64.min.saturatingDifference(1) == .min)
    #expect(Int64(5).saturatingDifference(7).saturatingSum(1) == -1)
  }
}
