import FedowProtocol

/// What an evening showed: latencies from when each request was due, errors by their code, and whether the books agree.
public struct FestivalReport: Sendable {
  /// By act, those that there were.
  public let acts: [(act: Act, latency: LatencyRecord)]
  /// Of all acts.
  public let latency: LatencyRecord
  /// How often each code came; what went well is in none.
  public let errors: [(code: String, count: Int)]
  /// Acts that were done.
  public let done: Int
  /// All acts.
  public let count: Int
  /// The evening's length, in seconds.
  public let seconds: Double
  /// The evening second by second.
  public let timeline: [Moment]
  /// Whether the ledger holds what it answered.
  public let verdict: FestivalVerdict
  /// Which evening it was.
  public let settings: FestivalSettings

  /// A part of the evening.
  public struct Moment: Sendable {
    /// Seconds from the begin.
    public let from: Double
    /// How long it is, in seconds.
    public let length: Double
    /// Of the acts that were due in it.
    public var latency = LatencyRecord()
  }

  init(records: [ActRecord], length: Duration, verdict: FestivalVerdict, settings: FestivalSettings) {
    var byAct: [Act: LatencyRecord] = [:]
    var all = LatencyRecord()
    var codes: [String: Int] = [:]
    var timeline = Self.moments(seconds: settings.seconds)
    for record in records {
      let latency = record.latency
      byAct[record.act.act, default: LatencyRecord()].add(latency)
      all.add(latency)
      if let code = record.outcome.code { codes[code, default: 0] += 1 }
      let place = Int(record.act.due / .seconds(settings.seconds) * Double(timeline.count))
      timeline[min(max(place, 0), timeline.count - 1)].latency.add(latency)
    }
    acts = Act.allCases.compactMap { act in byAct[act].map { (act, $0) } }
    latency = all
    errors = codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    count = records.count
    done = count - codes.values.reduce(0, +)
    seconds = length / .seconds(1)
    self.timeline = timeline
    self.verdict = verdict
    self.settings = settings
  }

  /// At most 120 parts, each at least a second.
  private static func moments(seconds: Int) -> [Moment] {
    let count = max(1, min(120, seconds))
    let length = Double(seconds) / Double(count)
    return (0..<count).map { Moment(from: Double($0) * length, length: length) }
  }

  /// Acts a second over the whole evening.
  public var throughput: Double { seconds > 0 ? Double(count) / seconds : 0 }

  /// Whether the evening went well: something was done, and the books agree.
  public var isGood: Bool { verdict.isSound && done > 0 }

  /// All of it but the chart.
  public var json: JSON {
    [
      "acts": .object(
        JSONObject(acts.map { ($0.act.rawValue, Self.json($0.latency)) } + [("all", Self.json(latency))])),
      "done": JSON(Int64(done)), "seconds": .float(Self.rounded(seconds)),
      "throughput_per_s": .float(Self.rounded(throughput)),
      "errors": .object(JSONObject(errors.map { ($0.code, JSON(Int64($0.count))) })),
      "books": [
        "agree": .bool(verdict.isSound), "cards": JSON(Int64(verdict.cards)), "places": JSON(Int64(verdict.places)),
        "uncertain": JSON(Int64(verdict.uncertain)), "breaks": .array(verdict.breaks.map { JSON($0) }),
      ],
    ]
  }

  private static func json(_ latency: LatencyRecord) -> JSON {
    [
      "count": JSON(Int64(latency.count)), "p50_ms": .float(rounded(latency.milliseconds(50))),
      "p90_ms": .float(rounded(latency.milliseconds(90))), "p99_ms": .float(rounded(latency.milliseconds(99))),
      "p99.9_ms": .float(rounded(latency.milliseconds(99.9))), "max_ms": .float(rounded(latency.longest)),
    ]
  }

  private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
