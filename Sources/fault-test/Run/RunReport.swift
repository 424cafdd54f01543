import FedowProtocol
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
    lines.append("rows of the outboxes in the end:")
    for (state, count) in verdict.rows.sorted(by: { $0.key < $1.key }) { lines.append(line(state, count)) }
    lines.append(
      "\(verdict.sales) sales of \(verdict.spent) in the books; each charge says what they say, none is in doubt, and the "
        + "sums are equal; \(duration.components.seconds) s")
    return lines.joined(separator: "\n")
  }

  /// The same for programs.
  func json(seed: UInt64) -> JSON {
    let reports = stand.kiosks.map(\.proxy.report)
    let faults = NetworkFault.allCases.map { fault in
      (fault.rawValue, JSON(Int64(reports.reduce(0) { $0 + ($1.faults[fault] ?? 0) })))
    }
    let counts = { (counts: [String: Int]) -> JSON in
      .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, JSON(Int64($0.value))) }))
    }
    return [
      "seed": JSON(Int64(clamping: seed)), "requests": JSON(Int64(reports.reduce(0) { $0 + $1.requests })),
      "network": .object(JSONObject(faults)), "troubles": counts(run.troubles), "charges": counts(verdict.ends),
      "outbox": counts(verdict.rows), "sales": JSON(Int64(verdict.sales)), "spent": JSON(verdict.spent),
      "seconds": JSON(duration.components.seconds), "breach": nil,
    ]
  }

  private func line(_ name: String, _ count: Int) -> String {
    "  " + name + String(repeating: " ", count: max(1, 42 - name.count)) + "\(count)"
  }
}
