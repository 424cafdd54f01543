import Model
import Readers
import Synchronization
import TestKit

/// Cards laid on pcscd's virtual reader, read by the code that tapd has: from the instant at which libpcsclite told of a
/// change to the sighting with the card's UID.
struct ReaderMeasurement {
  let port: UInt16

  func run(count: Int) async throws -> [Figure] {
    let (sightings, input) = AsyncStream<(TagSighting, MonotonicTime)>.makeStream()
    let reading = Task {
      await PCSCReaders().run { event in
        if case .sighting(let sighting) = event { input.yield((sighting, .now())) }
      }
    }
    // A reader that says nothing any more must not keep the measurement waiting.
    let patience = Task {
      try await Task.sleep(for: .seconds(5 * count + 30))
      input.finish()
    }
    defer {
      reading.cancel()
      patience.cancel()
    }
    let latencies = try await measure(count: count, sightings)
    return [
      Figure("reader_event_to_sighting_ms_p50", latencies.p50),
      Figure("reader_event_to_sighting_ms_p99", latencies.p99, target: .atMost(5)),
    ]
  }

  private func measure(
    count: Int, _ sightings: AsyncStream<(TagSighting, MonotonicTime)>
  ) async throws -> Sample {
    var latencies = Sample()
    var seen = sightings.makeAsyncIterator()
    // The slots are empty at first, which is told once for each of them.
    try await wait(for: .empty, &seen)
    for number in 0..<count {
      let uid = try TagUID(bytes: [0x04, 0x51, 0x2A, UInt8(truncatingIfNeeded: number), 0xC4, 0x5D, 0x80])
      let card = VirtualCard(uid: uid, port: port)
      try card.insert()
      let (sighting, emitted) = try await wait(for: .tag(uid, .mifareUltralight), &seen)
      latencies.add((emitted - sighting.instant).milliseconds)
      card.remove()
      try await wait(for: .empty, &seen)
    }
    return latencies
  }

  @discardableResult
  private func wait(
    for field: TagSighting.Field, _ seen: inout AsyncStream<(TagSighting, MonotonicTime)>.Iterator
  ) async throws -> (TagSighting, MonotonicTime) {
    while let (sighting, emitted) = await seen.next(isolation: #isolation) {
      if sighting.field == field { return (sighting, emitted) }
    }
    throw BenchError("the virtual reader says nothing any more")
  }
}
