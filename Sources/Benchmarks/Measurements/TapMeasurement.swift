import FedowProtocol
import Foundation
import Glibc

/// Taps as they are all day: a charge is opened, a card comes, it is paid. The times are those that tapd itself records.
struct TapMeasurement {
  let stand: BenchStand

  /// Readers to present the card at in turn: at each one it has then been away for long enough to count as a new tap.
  private static let readers = 16
  /// A person takes longer; the daemons are idle when the next tap comes.
  private static let pause = Duration.milliseconds(25)
  private static let warmUp = 16

  func run(count: Int) async throws -> [Figure] {
    let disk = try Disk(directory: stand.directory)
    let descriptor = open(stand.tracePath, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BenchError("tapd does not read its trace") }
    let trace = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var fsync = Sample()
    var spans: [String: Sample] = [:]
    for number in 0..<(Self.warmUp + count) {
      let charge = try await tap(number, trace: trace)
      // In between, so that the disk is measured as it was for the taps.
      let written = try disk.append()
      guard number >= Self.warmUp, let steps = charge["spans_us"]?.object else { continue }
      fsync.add(written)
      for entry in steps.entries {
        spans[entry.key.string ?? "", default: Sample()].add(Double(entry.value.int64 ?? 0) / 1000)
      }
    }
    return try figures(fsync: fsync, spans: spans, rss: try stand.kioskProcess.residentMegabytes)
  }

  private func figures(fsync: Sample, spans: [String: Sample], rss: Double) throws -> [Figure] {
    guard let total = spans["answered"] else { throw BenchError("tapd recorded no spans") }
    var figures = [
      Figure(Figure.fsyncKey, fsync.p50), Figure("fsync_ms_p99", fsync.p99),
      Figure("tap_to_paid_ms_p50", total.p50, target: .fsyncs(2, plus: 4)),
      Figure("tap_to_paid_ms_p99", total.p99, target: .atMost(30)),
    ]
    for step in ["read", "decided", "durable", "posted"] {
      guard let sample = spans[step] else { continue }
      figures += [
        Figure("tap_to_\(step)_ms_p50", sample.p50), Figure("tap_to_\(step)_ms_p99", sample.p99),
      ]
    }
    return figures + [Figure("tapd_busy_rss_mb", rss)]
  }

  private func tap(_ number: Int, trace: FileHandle) async throws -> JSON {
    let charge = try await stand.kiosk.post("/v1/charges", ["amount": 5])
    guard let id = charge["id"]?.text else { throw BenchError("tapd gave the charge no id") }
    let reader = "bench-\(number % Self.readers)"
    try show(#""field":"tag","uid":"\#(BenchStand.card)""#, at: reader, trace)
    try show(#""field":"empty""#, at: reader, trace)
    for _ in 0..<400 {
      // Asked only after a while: the question must not stand in the tap's way.
      try await Task.sleep(for: Self.pause)
      let seen = try await stand.kiosk.get("/v1/charges/\(id)")
      switch seen["state"]?.text {
      case "paid": return seen
      case "waiting", "deciding", "sent", "unknown": continue
      default: throw BenchError("a tap was not paid: \(seen.compact)")
      }
    }
    throw BenchError("a tap did not come to its end")
  }

  private func show(_ fields: String, at reader: String, _ trace: FileHandle) throws {
    try trace.write(contentsOf: Data("{\"at_ns\":1,\"reader\":\"\(reader)\",\(fields)}\n".utf8))
  }
}
