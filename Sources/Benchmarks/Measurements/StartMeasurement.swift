/// From the making of tapd's process to its first answer that it is well.
struct StartMeasurement {
  let stand: BenchStand

  func run(count: Int) async throws -> [Figure] {
    var starts = Sample()
    for _ in 0..<count {
      let begin = try await stand.startKiosk(.pcsc)
      starts.add((ContinuousClock.now - begin).milliseconds)
    }
    return [Figure("tapd_start_ms", starts.p50)]
  }
}
