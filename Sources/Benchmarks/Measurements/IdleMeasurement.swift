/// tapd as it is most of the day: started, with pcscd's readers, and nothing to do.
struct IdleMeasurement {
  let stand: BenchStand
  private static let settling = Duration.seconds(10)
  private static let window = Duration.seconds(15)

  func run() async throws -> [Figure] {
    try await stand.startKiosk(.pcsc)
    guard let readers = try await stand.kiosk.get("/v1/readers")["readers"]?.elements, !readers.isEmpty else {
      throw BenchError("tapd sees no reader of pcscd")
    }
    try await Task.sleep(for: Self.settling)
    let process = try stand.kioskProcess
    let resident = try process.residentMegabytes
    let before = try process.processorSeconds
    let begin = ContinuousClock.now
    try await Task.sleep(for: Self.window)
    let spent = try process.processorSeconds - before
    let elapsed = (ContinuousClock.now - begin).milliseconds / 1000
    return [
      Figure("tapd_idle_rss_mb", resident, target: .atMost(40)),
      Figure("tapd_idle_cpu_percent", spent / elapsed * 100, target: .atMost(2)),
    ]
  }
}
