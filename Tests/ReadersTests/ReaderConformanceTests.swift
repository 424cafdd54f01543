import Model
import Readers
import Testing

/// What every reader must do, whatever its stack. One after the other: there is one pcscd.
@Suite("Readers, every stack alike", .serialized)
struct ReaderConformanceTests {
  /// Runs the stack's reader beside the body, and checks that it ends when it is cancelled.
  private func withReader(
    _ stack: Stack, _ body: (any ReaderStand, ReaderProbe) async throws -> Void
  ) async throws {
    let stand = try stack.stand()
    let probe = ReaderProbe()
    let running = Task { await stand.reader.run { probe.note($0) } }
    do {
      try await body(stand, probe)
    } catch {
      running.cancel()
      throw error
    }
    running.cancel()
    await running.value
  }

  @Test("UIDs of 4, 7 and 10 bytes are seen as they are, and their removal", arguments: Stack.allCases)
  func cards(stack: Stack) async throws {
    try await withReader(stack) { stand, probe in
      for hex in ["DEADBEEF", "04A1B2C3D4E5F6", "04A1B2C3D4E5F6778899"] {
        #expect(await probe.waitForState { $0 == .idle })
        try stand.put(TagUID(hex: hex))
        #expect(await probe.waitUntilSeen(hex))
        #expect(await probe.waitForState { $0 == .reading })
        try stand.takeAway()
        #expect(await probe.waitUntilSeen("empty"))
      }
    }
  }

  @Test("a reader that goes away loses its field, sees no removal, and comes back by itself", arguments: Stack.allCases)
  func unplugged(stack: Stack) async throws {
    try await withReader(stack) { stand, probe in
      #expect(await probe.waitForState { $0 == .idle })
      try stand.put(TagUID(hex: "DEADBEEF"))
      #expect(await probe.waitUntilSeen("DEADBEEF"))
      let before = probe.sightings.count
      try stand.unplug()
      #expect(await probe.waitUntilSeen("lost"))
      #expect(probe.sightings.dropFirst(before).first { $0 != "DEADBEEF" } == "lost" || stack == .pcsc)
      #expect(await probe.waitForState { $0 == .absent })
      try stand.plugIn()
      #expect(await probe.waitForState { $0 == .idle })
      try stand.put(TagUID(hex: "11223344"))
      #expect(await probe.waitUntilSeen("11223344"))
    }
  }

  @Test("cancelled, a reader ends", arguments: Stack.allCases)
  func cancelled(stack: Stack) async throws {
    try await withReader(stack) { _, probe in #expect(await probe.waitForState { $0 == .idle }) }
  }
}
