import Foundation
import Model
import Readers
import TestKit
import Testing

/// Events that are told as they stand here, without a device.
private struct ScriptedReader: TagReader {
  let events: [ReaderEvent]

  func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async { for event in events { emit(event) } }
}

@Suite("Traces and sets of readers")
struct TraceTests {
  private let folder = TemporaryFolder()
  private static let reader = ReaderID("ACR122U \"left\"")

  private static func events() throws -> [ReaderEvent] {
    let fields: [TagSighting.Field] = [
      .empty, .tag(try TagUID(hex: "04A1B2C3D4E5F6"), .mifareUltralight), .several, .unreadable("mute"), .lost,
    ]
    let states: [ReaderState] = [.starting, .idle, .reading, .faulted("why"), .absent]
    return fields.enumerated().map { index, field in
      .sighting(
        TagSighting(reader: reader, field: field, instant: MonotonicTime(nanoseconds: Int64(index) * 1_000_000)))
    } + states.map { .state(reader, $0, MonotonicTime(nanoseconds: 9_000_000)) }
  }

  private func replay(_ path: String, pace: TraceReader.Pace, count: Int) async -> [ReaderEvent] {
    let probe = ReaderProbe()
    let running = Task { await TraceReader(path: path, pace: pace).run { probe.note($0) } }
    defer { running.cancel() }
    #expect(await probe.wait { $0.count >= count })
    return probe.events
  }

  @Test("what was recorded is replayed, event for event")
  func roundTrip() async throws {
    let path = folder.path + "/trace.jsonl"
    let events = try Self.events()
    let probe = ReaderProbe()
    try await RecordedReader(ScriptedReader(events: events), into: path).run { probe.note($0) }
    #expect(probe.events == events)
    #expect(await replay(path, pace: .immediate, count: events.count) == events)
  }

  @Test("at the recorded pace the instants are of now and as far apart as they were")
  func recordedPace() async throws {
    let path = folder.path + "/trace.jsonl"
    let events = try Self.events()
    try await RecordedReader(ScriptedReader(events: events), into: path).run { _ in }
    let start = MonotonicTime.now()
    let instants = await replay(path, pace: .recorded, count: events.count).map { event in
      switch event {
      case .sighting(let sighting): sighting.instant
      case .state(_, _, let instant): instant
      }
    }
    #expect(instants.allSatisfy { $0 >= start })
    #expect(try #require(instants.last) - #require(instants.first) >= .milliseconds(9))
  }

  @Test("a line that is no trace is a fault, and the next line is read")
  func malformed() async throws {
    let path = folder.path + "/trace.jsonl"
    try Data(
      "no JSON\n{\"at_ns\":1,\"reader\":\"r\",\"field\":\"tag\"}\n{\"at_ns\":1,\"reader\":\"r\",\"field\":\"empty\"}\n"
        .utf8
    )
    .write(to: URL(filePath: path))
    let events = await replay(path, pace: .immediate, count: 3)
    let faults = events.prefix(2).map { if case .state(_, .faulted, _) = $0 { true } else { false } }
    #expect(faults == [true, true])
    #expect(
      events.last
        == .sighting(
          TagSighting(reader: ReaderID("r"), field: .empty, instant: MonotonicTime(nanoseconds: 1))))
  }

  @Test("a trace that is not there, and a place to record that cannot be written, are said")
  func missing() async throws {
    let events = await replay("/nowhere/trace", pace: .immediate, count: 1)
    #expect(events.contains { if case .state(_, .faulted, _) = $0 { true } else { false } })
    #expect(throws: Refusal.self) { try RecordedReader(ScriptedReader(events: []), into: "/nowhere/trace") }
  }

  @Test("anyone may watch a set of readers; each change is told once")
  func watching() async throws {
    let idle = ReaderEvent.state(Self.reader, .idle, MonotonicTime(nanoseconds: 1))
    let set = ReaderSet([ScriptedReader(events: [idle, idle, .state(Self.reader, .reading, .now())])])
    let watcher = set.watch()
    let probe = ReaderProbe()
    await set.run { probe.note($0) }
    var seen: [ReaderState?] = []
    for await states in watcher { seen.append(states[Self.reader]) }
    #expect(seen == [nil, .idle, .reading])
    #expect(probe.events.count == 2)
    #expect(set.states == [Self.reader: .reading])
  }
}
