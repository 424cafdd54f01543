import TestKit

/// What a run did, for people.
struct RunReport {
  let stand: Stand
  let run: FaultRun
  let verdict: Verdict.Findings
  let duration: Duration

  var text: String {
    let reports = stand.kiosks.map(\.proxy.report)
    let requests = reports.reduce(0) { $0 + $1.requests }
    var lines = ["\(requests) requests went through the proxies, and met:"]
    for fault in NetworkFault.allCases {
      lines.append(line(fault.rawValue, reports.reduce(0) { $0 + ($1.faults[fault] ?? 0) }))
    }
    lines.append(line("nobody there", reports.reduce(0) { $0 + $1.unanswered }))
    lines.append(line("outage", reports.reduce(0) { $0 + $1.outages }))
    for (trouble, count) in run.troubles.sorted(by: { $0.key < $1.key }) { lines.append(line(trouble, count)) }
    lines.append("charges in the end:")
    for (end, count) in verdict.ends.sorted(by: { $0.value > $1.value }) { lines.append(line(end, count)) }
    lines.append(
      "\(verdict.sales) sales of \(verdict.spent) in the books; each charge says what they say, none is in doubt, and the "
        + "sums are equal; \(duration.components.seconds) s")
    return lines.joined(separator: "\n")
  }

  private func line(_ name: String, _ count: Int) -> String {
    "  " + name + String(repeating: " ", count: max(1, 42 - name.count)) + "\(count)"
  }
}
