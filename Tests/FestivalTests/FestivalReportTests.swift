import Testing

@testable import Festival

@Suite("The report of an evening")
struct FestivalReportTests {
  /// A hundred sales, one due each 10 ms; the till stands still for a second when the 50th is due.
  private var report: FestivalReport {
    let records = (0..<100).map { number -> ActRecord in
      let due = Duration.milliseconds(number * 10)
      let answered = number < 50 ? due + .milliseconds(1) : max(due, .milliseconds(1500)) + .milliseconds(1)
      return ActRecord(
        act: PlannedAct(act: .sale, due: due, stall: 0, till: 0, card: 0, amount: 1),
        outcome: number == 0 ? .refused("a <code>") : .done(amount: 1), sent: answered - .milliseconds(1),
        answered: answered)
    }
    var settings = FestivalSettings()
    settings.seconds = 1
    return FestivalReport(
      records: records, length: .seconds(2), verdict: FestivalVerdict(cards: 1, places: 1, uncertain: 0, breaks: []),
      settings: settings)
  }

  @Test("latency counts from when a request was due, so a till that stands still is not forgotten")
  func coordinatedOmission() {
    let report = report
    #expect(report.latency.count == 100)
    #expect((0.9...1.1).contains(report.latency.milliseconds(49)))
    #expect(report.latency.milliseconds(90) > 800)
    #expect((990...1011).contains(report.latency.longest))
    #expect(report.throughput == 50)
    #expect(report.done == 99)
    #expect(report.json["acts"]?["sale"]?["count"]?.int64 == 100)
    #expect(report.json["errors"]?["a <code>"]?.int64 == 1)
  }

  @Test("the chart is one well-formed file with four curves")
  func chart() throws {
    let svg = LatencyChart(report, title: "An <evening> & more").svg
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    #expect(svg.split(separator: "<polyline ").count == 5)
    #expect(svg.contains("An &lt;evening&gt; &amp; more"))
    #expect(!svg.contains("href") && !svg.contains("nan") && !svg.contains("inf\""))
  }
}
